package dev.tegula.operations.rotation;

import java.time.Duration;
import java.util.Set;

/**
 * How the whole database is searched before a key is destroyed.
 *
 * @param excluded relations that are not searched, as {@code schema.name}
 * @param maxBytesPerSecond bytes of text looked at in a second at most; 0 for no limit
 * @param patience how long to wait for transactions that were open during the search
 * @param journal keeps how far it has come
 * @param listener is told how it goes on
 */
public record SearchSettings(
        Set<String> excluded,
        long maxBytesPerSecond,
        Duration patience,
        SearchJournal journal,
        SearchListener listener) {

    private static final long STANDARD_BYTES_PER_SECOND = 100L << 20;

    /** Copies the names. */
    public SearchSettings {
        excluded = Set.copyOf(excluded);
    }

    /** Everything is searched, at 100 MiB of text a second; a search that is cut off begins again. */
    public static SearchSettings standard() {
        return new SearchSettings(
                Set.of(),
                STANDARD_BYTES_PER_SECOND,
                Duration.ofSeconds(10),
                SearchJournal.none(),
                SearchListener.quiet());
    }
}
