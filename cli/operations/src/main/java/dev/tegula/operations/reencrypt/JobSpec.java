package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a job does: one table, all the columns to move, in one pass with one UPDATE a row.
 *
 * @param table the table
 * @param columns its columns, at least one, all of this table
 * @param moves one for each (field, tenant)
 * @param ranges into how many ranges the table is cut so that workers can share it; 0 chooses by size
 */
public record JobSpec(TableName table, List<EncryptedColumn> columns, List<KeyMove> moves, int ranges) {

    /**
     * Copies the lists and checks that the parts fit.
     *
     * @throws ConfigurationException for no columns, a column of another table, no moves, a field
     *     without a column, two moves of one scope, or ranges outside 0 to 10,000
     */
    public JobSpec {
        columns = List.copyOf(columns);
        moves = List.copyOf(moves);
        if (columns.isEmpty() || moves.isEmpty()) {
            throw new ConfigurationException(table + ": a job needs columns and moves, but has " + columns.size()
                    + " and " + moves.size() + ".");
        }
        if (ranges < 0 || ranges > 10_000) {
            throw new ConfigurationException(table + ": ranges must be 0 to 10,000, not " + ranges + ".");
        }
        for (EncryptedColumn column : columns) {
            requireFits(table, column);
        }
        requireDistinct(moves, columns);
    }

    /** The same cut into another number of ranges; 0 chooses by size. */
    public JobSpec withRanges(int wanted) {
        return new JobSpec(table, columns, moves, wanted);
    }

    private static void requireFits(TableName table, EncryptedColumn column) {
        if (!TableName.of(column).equals(table)) {
            throw new ConfigurationException(column.label() + " is not a column of " + table + "; a job is one table.");
        }
    }

    private static void requireDistinct(List<KeyMove> moves, List<EncryptedColumn> columns) {
        Set<Object> seen = new HashSet<>();
        for (KeyMove move : moves) {
            if (!seen.add(move.scope())) {
                throw new ConfigurationException(move.scope() + " has two moves; a job has one target for each scope.");
            }
            for (KeyId source : move.sources()) {
                if (!seen.add(source)) {
                    throw new ConfigurationException("Key " + source + " is a source of two moves.");
                }
            }
            if (columns.stream().noneMatch(c -> c.field().equals(move.scope().field()))) {
                throw new ConfigurationException(move.scope() + " has no column in this job.");
            }
        }
    }
}
