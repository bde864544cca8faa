package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.TegulaBuilder;
import dev.tegula.config.Configuration;
import dev.tegula.config.KekServices;
import dev.tegula.config.Profile;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Transactions;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes an engine of what is configured. */
final class EngineBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(EngineBuilder.class);

    private EngineBuilder() {}

    /**
     * Checks the schema, opens the KMSes and verifies the registry's root against the pin.
     *
     * @param registry connections to the registry's database
     * @param instance how this process is called where instances are listed
     * @throws dev.tegula.failure.TegulaException for whatever is not as it should be
     */
    static Tegula build(Configuration configuration, DataSource registry, String instance) {
        SchemaScript.check(new Transactions(registry));
        List<String> pins = pins(configuration, registry);
        TegulaBuilder builder = Tegula.builder(configuration.deployment())
                .registry(registry, pins.toArray(String[]::new))
                .settings(configuration.keys().keyring())
                .instanceName(instance);
        if (pins.isEmpty()) {
            builder.development();
        } else if (configuration.keys().createOnDemand()) {
            builder.createKeysOnDemand();
        }
        KekServices services = new KekServices(configuration);
        try {
            services.addTo(builder);
            return builder.build();
        } catch (RuntimeException e) {
            services.close();
            throw e;
        }
    }

    /**
     * The pins of the tree; or those of the only database in it, because that is where {@code tegula init} writes them.
     *
     * @throws ConfigurationException if there is none, unless the profile is development
     */
    private static List<String> pins(Configuration configuration, DataSource registry) {
        if (!configuration.pins().isEmpty()) {
            return configuration.pins();
        }
        List<String> ofOnlyDatabase = ofOnlyDatabase(configuration);
        if (!ofOnlyDatabase.isEmpty()) {
            return ofOnlyDatabase;
        }
        if (configuration.profile() == Profile.DEVELOPMENT) {
            return saysNever(configuration) ? List.of(found(registry)) : List.of();
        }
        throw new ConfigurationException(
                "tegula.registry-pin is missing. It is what `tegula init` printed when the registry"
                        + " was made; take it from there, never from the database. Only tegula.profile: development starts without.");
    }

    /** Whether the application makes a key for a scope that has none. */
    static boolean makesKeys(Configuration configuration) {
        boolean pinned = !configuration.pins().isEmpty()
                || !ofOnlyDatabase(configuration).isEmpty();
        return configuration.keys().createOnDemand()
                || (!pinned && configuration.profile() == Profile.DEVELOPMENT && !saysNever(configuration));
    }

    private static List<String> ofOnlyDatabase(Configuration configuration) {
        return configuration.databases().size() == 1
                ? configuration.databases().values().iterator().next().pins()
                : List.of();
    }

    /** In development keys are made on demand, unless somebody wrote that they are not. */
    private static boolean saysNever(Configuration configuration) {
        return !configuration.keys().createOnDemand()
                && configuration.settings().stream()
                        .anyMatch(setting -> setting.path().equals("tegula.keys.create")
                                && !setting.origin().equals("default"));
    }

    private static String found(DataSource registry) {
        String root = new JdbcKeyRegistry(registry)
                .active(Scope.REGISTRY)
                .map(row -> row.keyId().hex())
                .orElseThrow(() -> new ConfigurationException("The registry has no root yet, and tegula.keys.create is"
                        + " never. `tegula init` makes it; without tegula.keys.create the development profile does."));
        LOG.warn("Development profile: the registry's root {} is trusted as found. Pin it in production.", root);
        return root;
    }
}
