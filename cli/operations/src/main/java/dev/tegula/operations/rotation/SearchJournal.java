package dev.tegula.operations.rotation;

import dev.tegula.envelope.KeyId;
import java.util.Optional;

/**
 * Keeps how far a search has come, so that one that was cut off goes on there. What is read back is believed: keep it
 * where only the operator writes, not in the database that is searched. Called by one thread.
 */
public interface SearchJournal {

    /** How far the search for values under a key has come; empty if it starts. */
    Optional<SearchMark> read(KeyId key);

    /** Notes it. */
    void write(KeyId key, SearchMark mark);

    /** Forgets it: the search ended, or found something. */
    void forget(KeyId key);

    /** Keeps nothing. */
    static SearchJournal none() {
        return new SearchJournal() {
            @Override
            public Optional<SearchMark> read(KeyId key) {
                return Optional.empty();
            }

            @Override
            public void write(KeyId key, SearchMark mark) {}

            @Override
            public void forget(KeyId key) {}
        };
    }
}
