package dev.tegula.spark;

import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Changes;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Writable;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.SharedReencryption;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a process of Spark finds its engine: all that travels to executors, beside the id of the job. Each process reads the
 * configuration at its own place and opens its own keys, so that no key, password or passphrase is ever in a closure.
 *
 * @param configuration path of {@code tegula.yaml} on driver and executors; null to find it as the command line does, by {@code TEGULA_CONFIG}
 * @param database its name in the configuration; empty for the only one
 * @param maxPerSecond values moved in one second by one task; 0 for no limit
 */
public record EngineSource(@Nullable String configuration, String database, double maxPerSecond)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /** A task holds one connection, and asks for two more: for what it looks at, and for its engine. */
    private static final int CONNECTIONS = 3;

    /**
     * Checks the limit.
     *
     * @throws ConfigurationException if it is negative or no number
     */
    public EngineSource {
        if (!(maxPerSecond >= 0)) {
            throw new ConfigurationException(
                    "At most so many values a second must be 0 or more, not " + maxPerSecond + ".");
        }
    }

    /** The only database of a configuration, without a limit. */
    public static EngineSource of(Path configuration) {
        return new EngineSource(configuration.toString(), "", 0);
    }

    OpenDatabase open() {
        Path file = Optional.ofNullable(configuration).map(Path::of).orElse(null);
        OpenDatabase open =
                OpenDatabase.open(ConfigurationFile.load(file, System.getenv()), database, CONNECTIONS, new Changes());
        try {
            Writable.require(open.transactions());
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
        return open;
    }

    SharedReencryption shared(OpenDatabase open) {
        return open.rotation(SweepSettings.standard().withMaxPerSecond(maxPerSecond), keys -> {
                    throw new IllegalStateException("Ranges make no keys.");
                })
                .shared();
    }
}
