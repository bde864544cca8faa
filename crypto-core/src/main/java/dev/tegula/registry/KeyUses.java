package dev.tegula.registry;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The census of everything that still needs a key, asked before a key is retired or destroyed. */
@FunctionalInterface
public interface KeyUses {

    /**
     * Counts now, at the primary. A failure to count is an exception, never an empty census.
     *
     * @throws dev.tegula.failure.IntegrityException if a value is found that nobody can account for
     */
    Uses of(KeyRow row);

    /**
     * What needs a key.
     *
     * @param values number of values under it, by place ({@code patient.ssn}, {@code quarantine}); places with 0 are kept,
     *     they show what was looked at
     * @param instances running instances that may still write under it, as people know them
     * @param fenced whether every place refuses new values under it from now on
     */
    record Uses(SortedMap<String, Long> values, List<String> instances, boolean fenced) implements Serializable {
        private static final long serialVersionUID = 1L;

        /** Copies both. */
        public Uses {
            values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
            instances = List.copyOf(instances);
        }

        /** The number of values in all places. */
        public long total() {
            return values.values().stream().mapToLong(Long::longValue).sum();
        }

        /** Whether nothing needs the key and nothing can come to need it. */
        public boolean none() {
            return total() == 0 && instances.isEmpty() && fenced;
        }
    }
}
