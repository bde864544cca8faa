package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.operations.document.Counts;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a table into ranges of about the same number of rows. A table of up to {@value TableSize#LARGE_ROWS} rows is counted. A larger
 * one is never read as a whole: its size is the planner's, what is to do in it is estimated from a sample of its blocks, and the
 * ranges come from the planner's histogram of the key, or from the sample where the key has several columns, the table has
 * partitions, or the statistics are missing or old.
 */
final class TableDivision {

    /** Blocks of a sample: for 64 ranges 100 each, so that a range of rows in the order of the key is out by a tenth. */
    private static final int SAMPLED_BLOCKS = 6_400;

    /** Of those that only the share of values is estimated from. */
    private static final int COUNTED_BLOCKS = 1_000;

    /** What the planner knows of one column: when and of how much it is decided in {@link #histogram}. */
    private static final String STATISTICS = """
            SELECT CAST(CAST(s.histogram_bounds AS text) AS text[]), s.most_common_vals IS NULL,
              greatest(0, pg_stat_get_mod_since_analyze(c.oid)), c.reltuples
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = ? AND NOT s.inherited
            WHERE n.nspname = ? AND c.relname = ?""";

    private static final String PARTS = """
            SELECT c.relkind <> 'r' OR EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?""";

    private final Session session;
    private final TableShape shape;
    private final TableSize size;
    private final boolean draws;
    /** Of a database that draws no samples. */
    private final @Nullable CockroachStatistics told;

    TableDivision(Session session, TableShape shape) throws SQLException {
        this.session = session;
        this.shape = shape;
        this.size = TableSize.of(session, shape.table());
        this.draws = session.dialect().drawsSamples();
        this.told = draws || !size.large() || shape.keys().size() > 1
                ? null
                : CockroachStatistics.read(
                                session,
                                shape.table(),
                                shape.keys().columns().get(0).name())
                        .orElse(null);
    }

    /** Whether it is not to be read as a whole: a sample of it can be drawn, or the database's own statistics say enough. */
    boolean large() {
        return size.large() && (draws || told != null);
    }

    /** Rows and values to move, by a sample of the blocks there are now; empty if it had no row. */
    Optional<Planner.Size> estimate(JobPlan plan) throws SQLException {
        if (told != null) {
            List<String> names =
                    plan.columns().stream().map(JobPlan.Column::name).toList();
            List<String> bounds = told.bounds(told.buckets().size());
            return ordered(session, shape.keys().columns().get(0), bounds)
                    ? Optional.of(new Planner.Size(told.rows(), told.values(names)))
                    : Optional.empty();
        }
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
                double part = size.share(COUNTED_BLOCKS);
                return row.getLong(1) == 0
                        ? Optional.empty()
                        : Optional.of(
                                new Planner.Size(Math.round(row.getLong(1) / part), Math.round(row.getLong(2) / part)));
            }
        }
    }

    /**
     * The inner bounds of ranges.
     *
     * @param inner the last key of every range but the last
     * @param way where they came from, as the end of a sentence, and what to do for better ones
     */
    record Bounds(List<List<String>> inner, String way) {}

    /** The bounds of a table that is not read as a whole. */
    Bounds bounds(int ranges) throws SQLException {
        if (ranges == 1) {
            return new Bounds(List.of(), "");
        }
        if (told != null) {
            return new Bounds(
                    told.bounds(ranges).stream().map(List::of).toList(),
                    "by the database's own histogram of its key; the number of values is at most that, whatever their keys");
        }
        Histogram histogram = histogram(ranges);
        return histogram.obstacle().isEmpty()
                ? new Bounds(spread(histogram.bounds(), ranges), "by the planner's histogram of its key")
                : new Bounds(
                        quantiles(sample(SAMPLED_BLOCKS), ranges),
                        "by a sample of its blocks, because " + histogram.obstacle());
    }

    /** What is to be said of a table that is read as a whole although nobody may want that; empty for one that is small. */
    Optional<String> whole() {
        if (size.large() && told != null) {
            return Optional.of(
                    "read as a whole, because the database's histogram of its key is not in the order of the key; `CREATE"
                            + " STATISTICS tegula_plan FROM " + shape.table().quoted() + "` makes it again");
        }
        if (size.large() && draws) {
            return Optional.of("read as a whole, because a sample of its blocks held no row where the planner expects "
                    + Counts.number(size.rows()) + "; `ANALYZE " + shape.table().quoted()
                    + "` tells it how many there are");
        }
        if (draws || (size.rows() > 0 && !size.large())) {
            return Optional.empty();
        }
        return Optional.of(
                "read as a whole, and cut along its key, because this database draws no samples and has no histogram of one key column"
                        + (size.rows() == 0
                                ? " and has no statistics of the table; `ANALYZE "
                                        + shape.table().quoted()
                                        + "` makes them, so that the next plan says how large it is"
                                : ""));
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

    /**
     * What the planner's statistics have to offer.
     *
     * @param obstacle why they are not used, and what to do; empty if they are
     */
    private record Histogram(List<String> bounds, String obstacle) {

        static Histogram not(String obstacle) {
            return new Histogram(List.of(), obstacle);
        }
    }

    /** The histogram of the one key column, if fewer rows were changed since it was made than half a range has. */
    private Histogram histogram(int ranges) throws SQLException {
        if (shape.keys().own().size() > 1) {
            return Histogram.not("its key has several columns, of which the planner keeps no histogram together");
        }
        if (parted()) {
            return Histogram.not("it has partitions, or others inherit from it, and their histograms do not add up");
        }
        String key = shape.keys().columns().get(0).name();
        String analyze = "`ANALYZE " + shape.table().quoted() + "` makes the next plan quicker and better";
        try (PreparedStatement select = session.prepare(STATISTICS)) {
            select.setString(1, key);
            select.setString(2, shape.table().schema());
            select.setString(3, shape.table().name());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next() || row.getArray(1) == null) {
                    return Histogram.not(
                            "the planner has no histogram of " + key + ": it was never analyzed; " + analyze);
                }
                List<String> bounds = List.of((String[]) row.getArray(1).getArray());
                if (row.getLong(3) * 2 * ranges >= row.getDouble(4)) {
                    return Histogram.not(
                            Counts.number(row.getLong(3)) + " rows were changed since it was analyzed; " + analyze);
                }
                if (!row.getBoolean(2) || bounds.size() <= ranges) {
                    return Histogram.not("the planner's histogram of " + key + " has only " + bounds.size()
                            + " bounds; `ALTER TABLE "
                            + shape.table().quoted() + " ALTER COLUMN " + Identifiers.quote(key)
                            + " SET STATISTICS 200` and then ANALYZE give more");
                }
                return new Histogram(bounds, "");
            }
        }
    }

    /** Whether these are keys, each greater than the one before, as the database compares them. */
    static boolean ordered(Session session, KeyColumn key, List<String> bounds) throws SQLException {
        String cast = "CAST(b AS " + key.cast() + ")";
        String sql = "SELECT pg_catalog.count(*) FROM (SELECT " + cast + " AS k,"
                + " pg_catalog.lag(" + cast + ") OVER (ORDER BY n) AS before"
                + " FROM pg_catalog.unnest(CAST(? AS text[])) WITH ORDINALITY AS u (b, n)) AS o"
                + " WHERE NOT coalesce(before < k, true)";
        Savepoint before = session.connection().setSavepoint();
        try (PreparedStatement select = session.prepare(sql)) {
            select.setArray(1, SqlArrays.texts(session, bounds));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1) == 0;
            }
        } catch (SQLException e) {
            if (!SqlFailures.ofValues(e)) {
                throw e;
            }
            session.connection().rollback(before);
            return false;
        }
    }

    private boolean parted() throws SQLException {
        try (PreparedStatement select = session.prepare(PARTS)) {
            select.setString(1, shape.table().schema());
            select.setString(2, shape.table().name());
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private String sample(int blocks) {
        return String.format(Locale.ROOT, " TABLESAMPLE SYSTEM (%.9f)", 100 * size.share(blocks));
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
