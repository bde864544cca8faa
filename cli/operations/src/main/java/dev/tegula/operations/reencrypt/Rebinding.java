package dev.tegula.operations.reencrypt;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.config.UnknownName;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Binds values of mode ROW to the primary key that their rows have now, where somebody says which key each row had before. A value is
 * opened under the old key, encrypted under the ACTIVE key of its field and put in its own place by the compare-and-set of a sweep; what
 * does not open under the old key stays. Several may run at once. Thread-safe; throws what {@link Reencryption} throws, and then
 * what was committed stays, and running it again goes on.
 */
public final class Rebinding {

    private static final int MOST_LISTED = 1_000;

    private static final long PAUSE_MILLIS = 100;

    private final Tegula tegula;
    private final DataSource database;
    private final SweepSettings settings;

    /**
     * Of the tables of one database.
     *
     * @param tegula opens and encrypts, and tells the audit trail
     * @param database gives connections as the operator's role, to the primary
     */
    public Rebinding(Tegula tegula, DataSource database, SweepSettings settings) {
        this.tegula = tegula;
        this.database = database;
        this.settings = settings;
    }

    /** What came of a value. */
    public enum Result {
        /** It opened under the old key of its row, and is bound to the new one. */
        BOUND,
        /** It opens under the key that its row has. */
        ALREADY,
        /** It is left as it is: {@link Left#reason}. */
        STAYS,
        /** Somebody held or changed the row in the very moment, again and again. */
        HELD,
        /** There is no row of the new key. */
        GONE
    }

    /** Code of the reason of a value that opens, while a row of the old key is there: it may be that row's. */
    public static final String IN_USE = "in-use";

    /**
     * A value that was not bound.
     *
     * @param line of the list
     * @param row as people read its key
     * @param column its column; empty where the row is gone
     * @param result STAYS, HELD or GONE
     * @param reason why it stays, as a code; empty for the others
     * @param refusal SQLSTATE and constraint or trigger, if the table refuses the row
     */
    public record Left(int line, String row, String column, Result result, String reason, Optional<String> refusal) {}

    /**
     * What came of all.
     *
     * @param counts how many values of each result; of GONE how many rows
     * @param left those that were not bound, at most 1,000 of them, in the order of the list
     * @param complete false if it was stopped before all were tried
     */
    public record Report(Map<Result, Long> counts, List<Left> left, boolean complete) {

        /** Copies both. */
        public Report {
            counts = Map.copyOf(counts);
            left = List.copyOf(left);
        }

        /** How many came to that. */
        public long count(Result result) {
            return counts.getOrDefault(result, 0L);
        }
    }

    /**
     * The columns of a table whose values name their row.
     *
     * @param table as {@code schema.table}
     * @throws ConfigurationException if there is none, with the tables that have one
     */
    public static List<EncryptedColumn> columns(List<EncryptedColumn> catalogue, String table) {
        List<EncryptedColumn> bound =
                catalogue.stream().filter(column -> column.mode() == Mode.ROW).toList();
        List<EncryptedColumn> columns = bound.stream()
                .filter(column -> TableName.of(column).toString().equals(table))
                .toList();
        if (columns.isEmpty()) {
            throw UnknownName.of(
                    "table with values bound to their rows",
                    table,
                    "the catalogue",
                    bound.stream()
                            .map(column -> TableName.of(column).toString())
                            .toList());
        }
        return columns;
    }

    /**
     * Binds them, of one table.
     *
     * @param columns as {@link #columns} gives them
     * @param were types of the parts of the old key (an integer type, {@code uuid}, {@code text} or {@code bytea}), or empty if they are
     *     those of the present key
     * @param dryRun whether only to say what would come of them
     * @throws ConfigurationException also if the catalogue does not match the table, or a line of the list is no pair of such keys
     * @throws dev.tegula.failure.RefusedException code {@code rebind-list}, if a key stands in the list twice, so that a value could come
     *     from one row into another
     */
    public Report run(
            List<EncryptedColumn> columns, List<String> were, MovedRows rows, boolean dryRun, RunControl control) {
        TableName table = TableName.of(columns.get(0));
        try (KeptConnection kept = settings.connection(database)) {
            ReboundRows work = control.retry().run("reading " + table, () -> {
                TableShape shape = kept.once(session -> TableShape.read(session, table, columns));
                return new ReboundRows(
                        tegula, new TableShape(table, shape.keys().own()), columns, settings.valueBytes(), kept);
            });
            return run(work, RowMove.of(rows, work.keys(), types(work.keys(), were)), dryRun, control);
        }
    }

    private static List<KeyColumn> types(KeyPaging keys, List<String> were) {
        if (were.isEmpty()) {
            return keys.columns();
        }
        List<KeyColumn> types = new ArrayList<>();
        for (int i = 0; i < were.size(); i++) {
            types.add(new KeyColumn("part " + (i + 1) + " of the old key", were.get(i)));
        }
        return types;
    }

    private Report run(ReboundRows work, List<RowMove> moves, boolean dryRun, RunControl control) {
        Map<Result, Long> counts = new EnumMap<>(Result.class);
        List<Left> left = new ArrayList<>();
        List<RowMove> open = moves;
        int limit = settings.stallLimit();
        boolean complete = true;
        for (int pass = 0; pass < limit && !open.isEmpty() && complete; pass++) {
            boolean last = pass == limit - 1;
            complete = pass == 0 || control.sleep(PAUSE_MILLIS << Math.min(pass, 4));
            List<RowMove> held = new ArrayList<>();
            for (int at = 0; at < open.size() && complete; at += settings.batchRows()) {
                complete = control.proceed();
                if (complete) {
                    List<RowMove> next = open.subList(at, Math.min(open.size(), at + settings.batchRows()));
                    ReboundRows.Done done = control.retry()
                            .run("binding values of " + work.table(), () -> work.attempt(next, dryRun, last));
                    done.counts().forEach((result, count) -> counts.merge(result, count, Long::sum));
                    done.left().stream()
                            .limit(Math.max(0, MOST_LISTED - left.size()))
                            .forEach(left::add);
                    held.addAll(done.held());
                }
            }
            open = held;
        }
        left.sort(Comparator.comparingInt(Left::line));
        return new Report(counts, left, complete);
    }
}
