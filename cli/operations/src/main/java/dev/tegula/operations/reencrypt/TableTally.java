package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the columns of a table hold, as far as it was counted page by page.
 *
 * @param keyColumns the key in whose order the rows are looked at
 * @param keyOrders what that order goes by, for each of them: its type and collation, as the database writes them
 * @param cursor the last key looked at, as text; empty at the start
 * @param complete whether the end of the table was reached
 * @param rows rows looked at
 * @param columns one entry for each column
 */
public record TableTally(
        List<String> keyColumns,
        List<String> keyOrders,
        List<String> cursor,
        boolean complete,
        long rows,
        List<Column> columns) {

    /** Copies the lists. */
    public TableTally {
        keyColumns = List.copyOf(keyColumns);
        keyOrders = List.copyOf(keyOrders);
        cursor = List.copyOf(cursor);
        columns = List.copyOf(columns);
    }

    /**
     * The values of one column.
     *
     * @param column its name
     * @param values number of envelopes by the key id they name
     * @param nulls rows without a value
     * @param notEnvelopes values that are no envelope of format 1
     */
    public record Column(String column, SortedMap<KeyId, Long> values, long nulls, long notEnvelopes) {
        /** Copies the map. */
        public Column {
            values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        }

        /** Rows that these are. */
        public long rows() {
            return values.values().stream().mapToLong(Long::longValue).sum() + nulls + notEnvelopes;
        }
    }

    /** Whether a count that would begin so can go on here: it looks at the same columns, in the same order of the same key. */
    public boolean continues(TableTally start) {
        return keyColumns.equals(start.keyColumns)
                && keyOrders.equals(start.keyOrders)
                && names().equals(start.names())
                && !complete
                && cursor.size() == keyColumns.size();
    }

    private List<String> names() {
        return columns.stream().map(Column::column).toList();
    }
}
