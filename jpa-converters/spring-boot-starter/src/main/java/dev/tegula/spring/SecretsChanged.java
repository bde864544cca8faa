package dev.tegula.spring;

import java.util.Set;

/**
 * Published as an event of the application when imported secrets were changed, after the environment has the new values.
 *
 * @param properties the names of those that are new or have another value
 */
public record SecretsChanged(Set<String> properties) {
    /** Copies the set. */
    public SecretsChanged {
        properties = Set.copyOf(properties);
    }
}
