package dev.tegula.config;

import dev.tegula.TegulaBuilder;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.Keks;
import dev.tegula.kms.Kms;
import java.util.LinkedHashMap;
import java.util.Map;

/** The configured KMSes, each opened once, when it is first needed. */
public final class KekServices implements AutoCloseable {

    private final Configuration configuration;
    private final Map<String, Kms> services = new LinkedHashMap<>();

    /**
     * The services of a configuration; makes no call.
     *
     * @throws ConfigurationException if no KEK is configured
     */
    public KekServices(Configuration configuration) {
        if (configuration.keks().isEmpty()) {
            throw new ConfigurationException("tegula.keks is empty in " + configuration.source()
                    + "; at least one KEK is needed, for example `main: { kms: local, key: primary, default: true }`.");
        }
        this.configuration = configuration;
    }

    /** Gives all of them to an engine, which closes them from then on. */
    public void addTo(TegulaBuilder builder) {
        configuration.keks().forEach((alias, kek) -> builder.kek(alias, service(kek), binding(kek)));
        configuration.secrets().forEach(builder::secrets);
    }

    /** All KEKs, for work that needs no engine. */
    public Keks keks() {
        Map<String, Keks.Binding> bindings = new LinkedHashMap<>();
        configuration.keks().forEach((alias, kek) -> bindings.put(alias, binding(kek)));
        return Keks.of(bindings, configuration.secrets());
    }

    /**
     * One KEK; opens its KMS.
     *
     * @throws dev.tegula.failure.TegulaException if the KMS cannot be opened
     */
    public Keks.Binding binding(KekSettings kek) {
        return new Keks.Binding(service(kek).kek(kek.key()), kek.fields(), kek.preferred(), kek.branch());
    }

    /** Closes what was opened and given to nobody. */
    @Override
    public void close() {
        services.values().forEach(Kms::close);
    }

    private Kms service(KekSettings kek) {
        return services.computeIfAbsent(kek.kms(), name -> {
            ConfiguredKms configured = configuration.kms().get(name);
            if (configured == null) {
                throw new IllegalStateException("The reader of the configuration lets no KEK without a KMS through.");
            }
            return configured.open();
        });
    }
}
