package dev.tegula.config;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.ConfiguredKms;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything the tree {@code tegula} says.
 *
 * @param source where it was read: a file, or the properties of a framework
 * @param folder where relative files start
 * @param deployment part of every KMS context; never changed
 * @param profile what the deployment is for
 * @param pins key ids of the REGISTRY root in hexadecimal, for a database without its own
 * @param kms how to reach a KMS, by name
 * @param keks key-encryption keys, by alias
 * @param keys how keys are made, cached and kept
 * @param destroy how the database is searched before a key is destroyed
 * @param audit what the audit trail is told beside all changes
 * @param secrets alias of the KEK of each namespace of secrets, by the namespace
 * @param databases databases, by name
 * @param settings each setting and its origin, in the order of the tree
 */
public record Configuration(
        String source,
        Path folder,
        String deployment,
        Profile profile,
        List<String> pins,
        Map<String, ConfiguredKms> kms,
        Map<String, KekSettings> keks,
        KeySettings keys,
        DestroySettings destroy,
        AuditSettings audit,
        Map<String, String> secrets,
        Map<String, DatabaseSettings> databases,
        List<Setting> settings) {

    /** Copies the lists; the maps keep the order of the file. */
    public Configuration {
        pins = List.copyOf(pins);
        settings = List.copyOf(settings);
    }

    /**
     * The database of a name, or the only one.
     *
     * @param name from {@code --db}; empty for the only one
     * @throws ConfigurationException if there is none of that name, or a choice
     */
    public DatabaseSettings database(String name) {
        if (name.isEmpty() && databases.size() == 1) {
            return databases.values().iterator().next();
        }
        DatabaseSettings found = databases.get(name);
        if (found != null) {
            return found;
        }
        String has = databases.isEmpty() ? "none" : String.join(", ", databases.keySet());
        if (name.isEmpty()) {
            throw new ConfigurationException("Which database? " + source + " has " + has
                    + (databases.isEmpty()
                            ? "; add one under tegula.databases, or run `tegula init`."
                            : "; choose with --db NAME."));
        }
        throw UnknownName.of("database", name, source, databases.keySet());
    }
}
