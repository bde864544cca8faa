package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A first look at a table that is too large to be counted: what some of its blocks hold, made into an estimate for all of them, with
 * its error. Each block is drawn by itself with the same probability, so a count of the sample divided by it is an estimate without
 * bias, and the squares of the counts in the blocks tell how far it may be out (Horvitz and Thompson). It can never tell that
 * there is nothing: what no drawn block holds may still be in others.
 *
 * @param share the probability of each block, above 0 to 1
 * @param rows estimated number of rows
 * @param unseen values of a kind that was not met which there may still be; exceeded once in twenty looks
 * @param columns one entry for each column
 */
public record SampledCount(double share, Estimate rows, long unseen, List<Column> columns) {

    /** Blocks that are drawn: a second of work, most of it grouping. */
    static final int BLOCKS = 2_000;

    /** An error that is exceeded once in twenty looks. */
    private static final double DEVIATIONS = 1.96;

    /** With so many blocks of a kind for each one that is drawn, none is met once in twenty looks: -ln(0.05). */
    private static final double NEVER_MET = 3;

    /** Copies the list. */
    public SampledCount {
        columns = List.copyOf(columns);
    }

    /**
     * An estimate.
     *
     * @param count what there is, about
     * @param error by how much it is out at most; more once in twenty looks
     */
    public record Estimate(long count, long error) {

        static Estimate of(long sum, double squares, double share) {
            return new Estimate(
                    Math.round(sum / share), (long) Math.ceil(DEVIATIONS * Math.sqrt((1 - share) * squares) / share));
        }
    }

    /** Estimates for one column. */
    public record Column(String column, SortedMap<KeyId, Estimate> values, Estimate nulls, Estimate notEnvelopes) {
        /** Copies the map. */
        public Column {
            values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        }
    }

    /** Draws a sample of a table; where its database can. */
    public static SampledCount take(Session session, TableName table, TableSize size, List<String> columns)
            throws SQLException {
        return take(session, table, size, columns, BLOCKS, "");
    }

    static SampledCount take(
            Session session, TableName table, TableSize size, List<String> columns, int blocks, String seed)
            throws SQLException {
        double share = size.share(blocks);
        List<Integer> numbers = IntStream.range(0, columns.size()).boxed().toList();
        String from = table.quoted() + " AS t"
                + (share < 1 ? String.format(Locale.ROOT, " TABLESAMPLE SYSTEM (%.9f)", 100 * share) + seed : "");
        String blocksOf = "(SELECT " + EnvelopeKinds.groups(columns)
                + ", t.tableoid AS part, (CAST(CAST(t.ctid AS text) AS point))[0] AS block FROM " + from + ") AS s";
        String sql = "SELECT i, " + EnvelopeKinds.kind("g")
                + ", g, CAST(sum(n) AS bigint), CAST(sum(n * n) AS float8), max(n) FROM ("
                + EnvelopeKinds.grouped(numbers, blocksOf, List.of("part", "block")) + ") AS q GROUP BY i, g";
        Tally tally = new Tally(columns, share);
        try (PreparedStatement select = session.prepare(sql);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                tally.add(row);
            }
        }
        return tally.result();
    }

    /** Collects the rows of the answer. */
    private static final class Tally {

        private static final Estimate NONE = new Estimate(0, 0);

        private final List<String> names;
        private final double share;
        private final List<SortedMap<KeyId, Estimate>> values = new ArrayList<>();
        private final Estimate[] nulls;
        private final Estimate[] strange;
        private long most = 1;
        private long rows;
        private double rowSquares;

        Tally(List<String> names, double share) {
            this.names = names;
            this.share = share;
            this.nulls = new Estimate[names.size()];
            this.strange = new Estimate[names.size()];
            for (int i = 0; i < names.size(); i++) {
                values.add(new TreeMap<>());
                nulls[i] = NONE;
                strange[i] = NONE;
            }
        }

        void add(ResultSet row) throws SQLException {
            int column = row.getInt(1);
            Estimate estimate = Estimate.of(row.getLong(4), row.getDouble(5), share);
            most = Math.max(most, row.getLong(6));
            if (column == 0) {
                rows += row.getLong(4);
                // Kinds share blocks: their deviations add up at most.
                rowSquares = Math.pow(Math.sqrt(rowSquares) + Math.sqrt(row.getDouble(5)), 2);
            }
            switch (row.getString(2)) {
                case "N" -> nulls[column] = estimate;
                case "X" -> strange[column] = estimate;
                default -> values.get(column).put(KeyId.copyOf(row.getBytes(3)), estimate);
            }
        }

        SampledCount result() {
            List<Column> columns = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                columns.add(new Column(names.get(i), values.get(i), nulls[i], strange[i]));
            }
            long unseen = share < 1 ? (long) Math.ceil(NEVER_MET / share) * most : 0;
            return new SampledCount(share, Estimate.of(rows, rowSquares, share), unseen, columns);
        }
    }
}
