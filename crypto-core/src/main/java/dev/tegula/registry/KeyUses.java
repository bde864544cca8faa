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
     * The same of many keys, for who can count them together.
     *
     * @return as many results, in the same order
     */
    default List<Uses> of(List<KeyRow> rows) {
        return rows.stream().map(this::of).toList();
    }

    /**
     * What needs a key.
     *
     * @param values number of values under it, by place ({@code patient.ssn}, {@code quarantine}); places with 0 are kept,
     *     they show what was looked at
     * @param instances running instances that may still write under it, as people know them
     * @param fenced whether every place refuses new values under it from now on
     * @param obstacles why nobody can say that nothing else needs it (what could not be searched, transactions that may
     *     still bring a value back), each with what to do
     * @param remarks what was deliberately not looked at
     */
    record Uses(
            SortedMap<String, Long> values,
            List<String> instances,
            boolean fenced,
            List<String> obstacles,
            List<String> remarks)
            implements Serializable {
        private static final long serialVersionUID = 1L;

        /** Copies all. */
        public Uses {
            values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
            instances = List.copyOf(instances);
            obstacles = List.copyOf(obstacles);
            remarks = List.copyOf(remarks);
        }

        /** Uses where everything was looked at. */
        public Uses(SortedMap<String, Long> values, List<String> instances, boolean fenced) {
            this(values, instances, fenced, List.of(), List.of());
        }

        /** The number of values in all places. */
        public long total() {
            return values.values().stream().mapToLong(Long::longValue).sum();
        }

        /** Whether nothing needs the key, nothing can come to need it, and all places were looked at. */
        public boolean none() {
            return total() == 0 && instances.isEmpty() && fenced && obstacles.isEmpty();
        }
    }
}
