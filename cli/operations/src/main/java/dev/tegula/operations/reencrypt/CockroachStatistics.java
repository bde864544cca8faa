package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.document.Json;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What CockroachDB's planner knows of a table: {@code SHOW STATISTICS USING JSON}, which holds the histograms that {@code SHOW
 * HISTOGRAM} prints. Read without a row of the table, by any login with a right on it.
 *
 * @param rows rows of the table
 * @param nulls rows without a value, by column; only of columns that have statistics
 * @param buckets the histogram of the key column, in its order
 */
record CockroachStatistics(long rows, Map<String, Long> nulls, List<Bucket> buckets) {

    /** Statistics that CockroachDB computed ahead of time, or of a part of the table, say nothing of all rows now. */
    private static final String FORECAST = "__forecast__";

    CockroachStatistics {
        nulls = Map.copyOf(nulls);
        buckets = List.copyOf(buckets);
    }

    /**
     * A bucket of a histogram.
     *
     * @param upper its greatest key, as text
     * @param rows rows from behind the bucket before to that key
     */
    record Bucket(String upper, double rows) {}

    /** Asks for them; empty if there is no histogram of the key column. */
    static Optional<CockroachStatistics> read(Session session, TableName table, String key) throws SQLException {
        String sql =
                "SELECT CAST(statistics AS text) FROM [SHOW STATISTICS USING JSON FOR TABLE " + table.quoted() + "]";
        try (PreparedStatement select = session.prepare(sql);
                ResultSet row = select.executeQuery()) {
            return row.next() && row.getString(1) != null ? of(row.getString(1), key) : Optional.empty();
        }
    }

    /** The newest of each column; empty if there is none of the key, or what came is not what the documentation describes. */
    static Optional<CockroachStatistics> of(String json, String key) {
        try {
            Map<?, ?> root = Json.read("{\"all\":" + json + "}").orElseThrow(IllegalArgumentException::new);
            Map<String, Map<?, ?>> newest = new HashMap<>();
            for (Object each : list(root.get("all"))) {
                Map<?, ?> statistic = (Map<?, ?>) each;
                List<?> columns = list(statistic.get("columns"));
                if (columns.size() == 1 && whole(statistic)) {
                    newest.merge(String.valueOf(columns.get(0)), statistic, CockroachStatistics::newer);
                }
            }
            Map<?, ?> ofKey = newest.get(key);
            if (ofKey == null || !(ofKey.get("histo_buckets") instanceof List<?> found)) {
                return Optional.empty();
            }
            List<Bucket> buckets = new ArrayList<>();
            for (Object each : found) {
                Map<?, ?> bucket = (Map<?, ?>) each;
                if (!(bucket.get("upper_bound") instanceof String bound)) {
                    return Optional.empty();
                }
                buckets.add(new Bucket(bound, number(bucket, "num_range") + number(bucket, "num_eq")));
            }
            Map<String, Long> nulls = new HashMap<>();
            newest.forEach((column, statistic) -> nulls.put(column, (long) number(statistic, "null_count")));
            return Optional.of(new CockroachStatistics((long) number(ofKey, "row_count"), nulls, buckets));
        } catch (IllegalArgumentException | ClassCastException e) {
            return Optional.empty();
        }
    }

    private static List<?> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("no list");
    }

    private static boolean whole(Map<?, ?> statistic) {
        Object partial = statistic.get("partial_predicate");
        return !FORECAST.equals(statistic.get("name")) && (partial == null || partial.equals(""));
    }

    private static Map<?, ?> newer(Map<?, ?> one, Map<?, ?> other) {
        String first = String.valueOf(one.get("created_at"));
        return first.compareTo(String.valueOf(other.get("created_at"))) >= 0 ? one : other;
    }

    private static double number(Map<?, ?> of, String name) {
        return of.get(name) instanceof Number number ? number.doubleValue() : 0;
    }

    /** Values of the columns, at most: nothing tells under which keys they are. */
    long values(List<String> columns) {
        return columns.stream()
                .mapToLong(column -> Math.max(0, rows - nulls.getOrDefault(column, 0L)))
                .sum();
    }

    /** The inner bounds of so many ranges; fewer where the histogram is too coarse. Each range ends with a bucket. */
    List<String> bounds(int ranges) {
        double all = buckets.stream().mapToDouble(Bucket::rows).sum();
        List<String> bounds = new ArrayList<>();
        double before = 0;
        for (Bucket bucket : buckets.subList(0, Math.max(0, buckets.size() - 1))) {
            before += bucket.rows();
            if (before * ranges >= all * (bounds.size() + 1) && bounds.size() < ranges - 1) {
                bounds.add(bucket.upper());
            }
        }
        return bounds;
    }
}
