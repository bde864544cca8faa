package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Cuts a table into ranges of about the same number of rows. A table of up to {@value #LARGE_ROWS} rows is counted. A larger
 * one is never read as a whole: its size is the planner's, what is to do in it is estimated from a sample of its blocks, and the
 * ranges come from the planner's histogram of the key, or from the sample where the key has several columns, the table has
 * partitions, or the statistics are missing or old.
 */
final class TableDivision {

    static final long LARGE_ROWS = 200_000;

    /** As much as that many rows take: the planner's count may be from a time when there were fewer. */
    private static final long LARGE_BLOCKS = 8_000;

    /** Blocks of a sample: for 64 ranges 100 each, so that a range of rows in the order of the key is out by a tenth. */
    private static final int SAMPLED_BLOCKS = 6_400;

    /** Of those that only the share of values is estimated from. */
    private static final int COUNTED_BLOCKS = 1_000;

    private static final String STATISTICS = """
            SELECT CAST(CAST(s.histogram_bounds AS text) AS text[])
            FROM pg_stats s JOIN pg_namespace n ON n.nspname = s.schemaname
            JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
            WHERE s.schemaname = ? AND s.tablename = ? AND s.attname = ? AND NOT s.inherited AND c.relkind = 'r'
              AND NOT EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid)
              AND s.most_common_vals IS NULL AND pg_stat_get_mod_since_analyze(c.oid) * ? < c.reltuples""";

    private static final String BLOCKS = """
            WITH RECURSIVE part AS (
              SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = ? AND c.relname = ?
              UNION SELECT i.inhrelid FROM pg_inherits i JOIN part p ON p.oid = i.inhparent)
            SELECT CAST(coalesce(sum(pg_relation_size(oid)), 0) / CAST(current_setting('block_size') AS bigint) AS bigint)
            FROM part""";

    private final Session session;
    private final TableShape shape;
    private final long rows;

    TableDivision(Session session, TableShape shape) throws SQLException {
        this.session = session;
        this.shape = shape;
        this.rows = TableFacts.estimatedRows(session, shape.table());
    }

    /** Whether it is not to be read as a whole. CockroachDB takes no sample, so there it is. */
    boolean large() throws SQLException {
        return (rows > LARGE_ROWS || blocks() > LARGE_BLOCKS)
                && session.dialect().drawsSamples();
    }

    /** Rows and values to move, by a sample of the blocks there are now; empty if it had no row. */
    Optional<Planner.Size> estimate(JobPlan plan) throws SQLException {
        StringJoiner sum = new StringJoiner(" + ");
        for (JobPlan.Column column : plan.columns()) {
            sum.add("count(*) FILTER (WHERE substring(" + Identifiers.quote(column.name())
                    + " from 3 for 32) = ANY (?))");
        }
        String sql = "SELECT count(*), " + sum + " FROM " + shape.table().quoted() + sample(COUNTED_BLOCKS);
        try (PreparedStatement statement = session.prepare(sql)) {
            int at = 1;
            for (JobPlan.Column column : plan.columns()) {
                statement.setArray(at++, SqlArrays.keyIds(session, plan.sources(column)));
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                double part = share(COUNTED_BLOCKS);
                return row.getLong(1) == 0
                        ? Optional.empty()
                        : Optional.of(
                                new Planner.Size(Math.round(row.getLong(1) / part), Math.round(row.getLong(2) / part)));
            }
        }
    }

    /** The bounds of a table that is not read as a whole. */
    List<List<String>> bounds(int ranges) throws SQLException {
        if (ranges == 1) {
            return List.of();
        }
        List<String> histogram = shape.keys().size() == 1 ? histogram(ranges) : List.of();
        if (histogram.size() > ranges) {
            return spread(histogram, ranges);
        }
        return quantiles(sample(SAMPLED_BLOCKS), ranges);
    }

    /** The same of a table whose rows were counted. */
    List<List<String>> counted(long count, int ranges) throws SQLException {
        return ranges == 1 || count == 0 ? List.of() : quantiles("", ranges);
    }

    /** Between two bounds of the histogram are equally many rows; the first and the last are the least and the greatest key. */
    private static List<List<String>> spread(List<String> histogram, int ranges) {
        int buckets = histogram.size() - 1;
        List<List<String>> bounds = new ArrayList<>();
        for (int i = 1; i < ranges; i++) {
            bounds.add(List.of(histogram.get((int) Math.round((double) i * buckets / ranges))));
        }
        return bounds;
    }

    /** The histogram of the one key column, if fewer rows were changed since it was made than half a range has. */
    private List<String> histogram(int ranges) throws SQLException {
        try (PreparedStatement select = session.prepare(STATISTICS)) {
            select.setString(1, shape.table().schema());
            select.setString(2, shape.table().name());
            select.setString(3, shape.keys().columns().get(0).name());
            select.setLong(4, 2L * ranges);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getArray(1) != null
                        ? List.of((String[]) row.getArray(1).getArray())
                        : List.of();
            }
        }
    }

    private String sample(int blocks) throws SQLException {
        return String.format(Locale.ROOT, " TABLESAMPLE SYSTEM (%.9f)", 100 * share(blocks));
    }

    /** Blocks there are now, of all partitions. */
    private long blocks() throws SQLException {
        try (PreparedStatement select = session.prepare(BLOCKS)) {
            select.setString(1, shape.table().schema());
            select.setString(2, shape.table().name());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** The part of the table that so many blocks are, at most all of it. */
    private double share(int blocks) throws SQLException {
        return Math.min(1, (double) blocks / Math.max(1, blocks()));
    }

    private List<List<String>> quantiles(String sample, int ranges) throws SQLException {
        KeyPaging keys = shape.keys();
        String sql = "SELECT " + keys.text("q") + " FROM (SELECT p.*, row_number() OVER (ORDER BY " + keys.aliases("p.")
                + ") AS n, count(*) OVER () AS c FROM (SELECT " + keys.selected("t") + " FROM "
                + shape.table().quoted() + " t" + sample + ") p) q"
                + " WHERE q.n < q.c AND q.n * ? / q.c <> (q.n - 1) * ? / q.c ORDER BY q.n";
        try (PreparedStatement statement = session.prepare(sql)) {
            statement.setInt(1, ranges);
            statement.setInt(2, ranges);
            List<List<String>> bounds = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    List<String> key = new ArrayList<>();
                    for (int i = 1; i <= keys.size(); i++) {
                        key.add(row.getString(i));
                    }
                    bounds.add(key);
                }
            }
            return bounds;
        }
    }
}
