package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Identifiers;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The SQL by which columns are counted, all columns of a table in one scan: NULL, no envelope, or an envelope under which key. */
public final class EnvelopeKinds {

    private EnvelopeKinds() {}

    /** Columns {@code g0}, {@code g1} and so on: of an envelope its key id, and one byte for all else. */
    static String groups(List<String> columns) {
        StringJoiner groups = new StringJoiner(", ");
        for (int i = 0; i < columns.size(); i++) {
            String value = "t." + Identifiers.quote(columns.get(i));
            groups.add("CASE WHEN " + value + " IS NULL THEN '\\x4e'::bytea WHEN octet_length(" + value + ") < "
                    + EnvelopeHead.MIN_BYTES + " OR substring(" + value
                    + " from 1 for 1) <> '\\x01'::bytea THEN '\\x58'::bytea ELSE substring(" + value
                    + " from 3 for 32) END AS g" + i);
        }
        return groups.toString();
    }

    /** {@code N} for NULL, {@code X} for what is no envelope of format 1, {@code E} for an envelope. */
    static String kind(String group) {
        return "CASE " + group + " WHEN '\\x4e'::bytea THEN 'N' WHEN '\\x58'::bytea THEN 'X' ELSE 'E' END";
    }

    /**
     * A query of PostgreSQL that counts all groups in one scan: number of the column as {@code i}, group as {@code g}, count as
     * {@code n}. A third of the time of a join with the values of each row.
     *
     * @param from what stands behind FROM, with {@link #groups}
     * @param also names that are grouped by, too
     */
    static String grouped(List<Integer> numbers, String from, List<String> also) {
        StringJoiner sets = new StringJoiner(", ");
        StringJoiner groups = new StringJoiner(", ");
        StringBuilder number = new StringBuilder("CASE");
        String names = also.stream().map(name -> ", " + name).collect(Collectors.joining());
        for (int i = 0; i < numbers.size(); i++) {
            sets.add("(g" + i + names + ")");
            groups.add("g" + i);
            number.append(" WHEN grouping(g").append(i).append(") = 0 THEN ").append(numbers.get(i));
        }
        return "SELECT " + number + " END AS i, coalesce(" + groups + ") AS g" + names + ", count(*) AS n FROM " + from
                + " GROUP BY GROUPING SETS (" + sets + ")";
    }

    /**
     * A query that counts: number of the column, kind, key id (which is one only of an envelope), count. CockroachDB has no
     * grouping sets.
     *
     * @param from what stands behind FROM, called {@code s}, with {@link #groups}
     */
    static String tallied(Dialect dialect, List<Integer> numbers, String from) {
        StringJoiner values = new StringJoiner(", ");
        for (int i = 0; i < numbers.size(); i++) {
            values.add("(" + numbers.get(i) + ", s.g" + i + ")");
        }
        return dialect.sql(
                "SELECT i, " + kind("g") + ", g, n FROM (" + grouped(numbers, from, List.of()) + ") AS q",
                "SELECT c.i, " + kind("c.g") + ", c.g, count(*) FROM " + from + " CROSS JOIN LATERAL (VALUES " + values
                        + ") AS c (i, g) GROUP BY c.i, c.g");
    }

    /**
     * The same of columns of a table.
     *
     * @param numbers the number of each column, in the order of the names
     * @param from what stands behind FROM, in which the table is called {@code t}
     */
    public static String counted(Dialect dialect, List<Integer> numbers, List<String> columns, String from) {
        return tallied(dialect, numbers, "(SELECT " + groups(columns) + " FROM " + from + ") AS s");
    }

    /** Collects such counts of one column. */
    public static final class Counts {

        private final SortedMap<KeyId, Long> values = new TreeMap<>();
        private long nulls;
        private long strange;

        /** Adds a row of {@link #counted}. */
        public void add(ResultSet row) throws SQLException {
            long count = row.getLong(4);
            switch (row.getString(2)) {
                case "N" -> nulls += count;
                case "X" -> strange += count;
                default -> values.merge(KeyId.copyOf(row.getBytes(3)), count, Long::sum);
            }
        }

        /** Adds what was counted before. */
        void add(TableTally.Column before) {
            nulls += before.nulls();
            strange += before.notEnvelopes();
            before.values().forEach((key, count) -> values.merge(key, count, Long::sum));
        }

        /** What was counted of the column. */
        public TableTally.Column of(String column) {
            return new TableTally.Column(column, values, nulls, strange);
        }
    }
}
