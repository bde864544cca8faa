package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * How large a table is, without reading a row of it.
 *
 * @param rows rows by the planner's statistics, which may be old, of all partitions
 * @param blocks blocks there are now, of all partitions; 0 where the database has none (CockroachDB)
 * @param longest blocks of the largest partition, or of the table itself
 */
public record TableSize(long rows, long blocks, long longest) {

    /** Up to so many rows are counted at once wherever a count is wanted: that takes a moment. */
    static final long LARGE_ROWS = 200_000;

    /** As much as that many rows take: the planner's count may be from a time when there were fewer. */
    private static final long LARGE_BLOCKS = 8_000;

    private static final String BLOCKS = TableFacts.TREE + """
            SELECT CAST(coalesce(sum(pg_relation_size(oid)), 0) / CAST(current_setting('block_size') AS bigint) AS bigint),
              CAST(coalesce(max(pg_relation_size(oid)), 0) / CAST(current_setting('block_size') AS bigint) AS bigint)
            FROM part""";

    /** Looks at a table. */
    public static TableSize of(Session session, TableName table) throws SQLException {
        long rows = TableFacts.estimatedRows(session, table);
        if (!session.dialect().drawsSamples()) {
            return new TableSize(rows, 0, 0);
        }
        try (PreparedStatement select = session.prepare(BLOCKS)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new TableSize(rows, row.getLong(1), row.getLong(2));
            }
        }
    }

    /** Whether it is not to be read as a whole unless somebody asks for that. */
    public boolean large() {
        return rows > LARGE_ROWS || blocks > LARGE_BLOCKS;
    }

    /** The part of the table that so many blocks are, at most all of it. */
    double share(int some) {
        return Math.min(1, (double) some / Math.max(1, blocks));
    }
}
