package dev.tegula.config;

import java.util.List;

/**
 * How the database is searched before a key is destroyed.
 *
 * @param exclude relations that are not searched, as {@code schema.name}
 * @param megabytesPerSecond text looked at in a second at most, in MiB; 0 for no limit
 */
public record DestroySettings(List<String> exclude, int megabytesPerSecond) {

    /** Copies the names. */
    public DestroySettings {
        exclude = List.copyOf(exclude);
    }
}
