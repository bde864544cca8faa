package dev.tegula.operations.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.operations.reencrypt.TableTally;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which values need which key; from {@link Census} all as of one moment, from {@link Survey} as each column's basis says.
 *
 * @param columns one entry for each column looked at
 * @param quarantined values in the quarantine, by key
 * @param remarks what is to be known of the numbers, as sentences
 */
public record CensusReport(List<ColumnCount> columns, Map<KeyId, Long> quarantined, List<String> remarks) {

    /** Copies all. */
    public CensusReport {
        columns = List.copyOf(columns);
        quarantined = Map.copyOf(quarantined);
        remarks = List.copyOf(remarks);
    }

    /**
     * The values of one column.
     *
     * @param column the column
     * @param values number of envelopes by the key id they name
     * @param nulls rows without a value
     * @param notEnvelopes values that are no envelope of format 1
     * @param unknownKeys keys that the registry does not have
     * @param basis what the numbers rest on
     */
    public record ColumnCount(
            EncryptedColumn column,
            SortedMap<KeyId, Long> values,
            long nulls,
            long notEnvelopes,
            Set<KeyId> unknownKeys,
            CountBasis basis) {
        /** Copies map and set. */
        public ColumnCount {
            values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
            unknownKeys = Set.copyOf(unknownKeys);
        }

        /** What was counted of a column, by the keys that are known. */
        static ColumnCount of(EncryptedColumn column, TableTally.Column found, Set<KeyId> known, CountBasis basis) {
            Set<KeyId> unknown = found.values().keySet().stream()
                    .filter(id -> !known.contains(id))
                    .collect(Collectors.toSet());
            return new ColumnCount(column, found.values(), found.nulls(), found.notEnvelopes(), unknown, basis);
        }

        /** Values under a key. */
        public long under(KeyId key) {
            return values.getOrDefault(key, 0L);
        }

        /** All envelopes. */
        public long total() {
            return values.values().stream().mapToLong(Long::longValue).sum();
        }

        /** Envelopes under keys that the registry does not have. */
        public long unknown() {
            return unknownKeys.stream().mapToLong(this::under).sum();
        }
    }

    /** Values under a key in all columns. */
    public long under(KeyId key) {
        return columns.stream().mapToLong(c -> c.under(key)).sum();
    }

    /** Whether every value is an envelope under a key that the registry has. */
    public boolean sound() {
        return columns.stream().allMatch(c -> c.notEnvelopes() == 0 && c.unknown() == 0);
    }
}
