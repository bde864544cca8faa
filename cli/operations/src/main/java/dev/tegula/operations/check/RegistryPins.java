package dev.tegula.operations.check;

import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.Profile;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import java.util.List;

/** The pins of a database, by its configuration. */
public final class RegistryPins {

    private RegistryPins() {}

    /**
     * The pins of a database. In development the root is trusted as found, where no pin was written down.
     *
     * @throws ConfigurationException if there is no pin, or no root either
     */
    public static List<String> of(Configuration configuration, DatabaseSettings database, KeyRegistry registry) {
        if (!database.pins().isEmpty()) {
            return database.pins();
        }
        if (configuration.profile() == Profile.DEVELOPMENT) {
            return List.of(registry.active(Scope.REGISTRY)
                    .map(KeyRow::keyId)
                    .orElseThrow(() -> new ConfigurationException(
                            "The registry of `" + database.name() + "` has no root yet; `tegula init` makes it."))
                    .hex());
        }
        throw new ConfigurationException("tegula.databases." + database.name() + ".registry-pin is missing in "
                + configuration.source() + ". It is what `tegula init` printed when the registry was made; take it from"
                + " there, never from the database.");
    }
}
