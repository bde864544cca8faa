package dev.tegula.operations.rotation;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.EnvelopeKinds;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.TableFiles;
import dev.tegula.operations.reencrypt.TableSize;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Counts one large table inside a transaction that sees one moment: part by part in the order of its blocks, so that it can say
 * how far it is. All parts are of the same snapshot, so it counts what one statement would.
 */
final class SnapshotCount {

    private static final long LEAST_BLOCKS = 1_024;
    private static final long MOST_BLOCKS = 1 << 18;
    private static final long WANTED_NANOS = 1_000_000_000;

    private final Session session;
    private final TableName table;
    private final ProgressListener listener;
    private final TableSize size;

    SnapshotCount(Session session, TableName table, TableSize size, ProgressListener listener) {
        this.session = session;
        this.table = table;
        this.size = size;
        this.listener = listener;
    }

    /**
     * Adds what the columns hold to the counts, by the columns' numbers.
     *
     * @return whether this is the table as of the snapshot; not if it was rewritten before its first part was read, which locks it
     */
    boolean run(List<Integer> numbers, List<String> columns, CensusQuery.Counts counts) throws SQLException {
        long start = System.nanoTime();
        long rows = 0;
        long part = LEAST_BLOCKS;
        long from = 0;
        boolean last = false;
        while (!last) {
            last = from + part >= size.longest();
            long partStart = System.nanoTime();
            rows += part(numbers, columns, counts, from, last ? Long.MAX_VALUE : from + part);
            if (from == 0 && TableFiles.rewritten(session, table)) {
                return false;
            }
            tell(counts, numbers, rows, last, System.nanoTime() - start);
            from += part;
            part = paced(part, System.nanoTime() - partStart);
        }
        return true;
    }

    private static long paced(long blocks, long nanos) {
        if (nanos > WANTED_NANOS) {
            return Math.max(LEAST_BLOCKS, blocks / 2);
        }
        return nanos < WANTED_NANOS / 2 ? Math.min(MOST_BLOCKS, blocks * 2) : blocks;
    }

    /** Rows of a part; the last one has no end, for a row may stand behind the blocks that were there at the look. */
    private long part(List<Integer> numbers, List<String> columns, CensusQuery.Counts counts, long from, long to)
            throws SQLException {
        String end = to == Long.MAX_VALUE ? "" : " AND ctid < CAST('(" + to + ",0)' AS tid)";
        String rows =
                "(SELECT * FROM " + table.quoted() + " WHERE ctid >= CAST('(" + from + ",0)' AS tid)" + end + ") AS t";
        long seen = 0;
        try (PreparedStatement select =
                        session.prepare(EnvelopeKinds.counted(session.dialect(), numbers, columns, rows));
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                counts.add(row);
                if (row.getInt(1) == numbers.get(0)) {
                    seen += row.getLong(4);
                }
            }
        }
        return seen;
    }

    private void tell(CensusQuery.Counts counts, List<Integer> numbers, long rows, boolean last, long nanos) {
        long total = last ? rows : Math.max(rows, size.rows());
        OptionalDouble perSecond = nanos > 0 ? OptionalDouble.of(rows * 1e9 / nanos) : OptionalDouble.empty();
        listener.progress(
                Progress.ofCount(table, counts.fields(numbers), rows, total, !last, perSecond, Optional.empty()));
    }
}
