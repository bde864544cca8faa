package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Fills the blind index of a table whose rows were written before there was one, beside an application that writes the index
 * of each new row. Each row is changed by compare-and-set, so that no write of the application is lost. What was not done is
 * NULL: a run that was stopped, or killed, is resumed by running it again, and several at once help each other. Thread-safe.
 *
 * <pre>{@code
 * IndexSource index = IndexSource.of(
 *         EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "id"),
 *         tegula.field("patient.ssn", String.class),
 *         tegula.blindIndex(IndexSpec.of("patient.ssn", String.class, new DigitsOnly())),
 *         "ssn_index");
 * BackfillReport filled = new IndexBackfill(database, SweepSettings.standard()).fill(index, new RunControl());
 * }</pre>
 */
public final class IndexBackfill {

    private final DataSource source;
    private final SweepSettings settings;
    private final Teller told;

    /**
     * Of the tables of one database.
     *
     * @param source gives connections of a role that may SELECT and UPDATE them, to the primary
     * @param settings size of batches, timeouts, rate, and the passes without progress after which the rest is left
     */
    public IndexBackfill(DataSource source, SweepSettings settings) {
        this(source, settings, Teller.none());
    }

    /** The same, which tells that it begins to change rows, with the first of them, and how many it changed. */
    public IndexBackfill(DataSource source, SweepSettings settings, Teller told) {
        this.source = source;
        this.settings = settings;
        this.told = told;
    }

    /**
     * Fills, unless a look before the first change finds anything.
     *
     * @throws ConfigurationException if the table is not as the columns say or has no such index column; other failures of the
     *     look as {@link Preflight.Found#require} says
     * @throws dev.tegula.failure.TegulaException if database, registry or KMS fail
     */
    public BackfillReport fill(IndexSource index, RunControl control) {
        return fill(index, Set.of(), control, ProgressListener.none());
    }

    /**
     * The same.
     *
     * @param accepted findings of the look that do not matter
     * @param listener hears of rows looked at; how many there are is the planner's estimate
     */
    public BackfillReport fill(
            IndexSource index, Set<Finding.Kind> accepted, RunControl control, ProgressListener listener) {
        new Preflight(source).look(index.values()).require(accepted);
        LostKeys lost = new LostKeys();
        IndexForm form = index.form();
        List<ColumnFill.Target> targets = new ArrayList<>();
        targets.add(new ColumnFill.Target(index.column(), form::write));
        index.next().ifPresent(next -> targets.add(new ColumnFill.Target(next, form::writeNext)));
        return fill(
                index,
                new ColumnFill(
                        index.sources(),
                        targets,
                        column(index.column()) + " IS NULL",
                        cells -> index.computed(cells, lost),
                        List.of()),
                control,
                listener);
    }

    private static String column(String name) {
        return "t." + Identifiers.quote(name);
    }

    /**
     * Fills the next column of rows that have an index, with that under a key that is to replace theirs. Rows with a value of a
     * tenant that was shredded lose both: nothing can be computed for them, and nobody looks for them.
     *
     * @param next the column
     * @param key the newest key of the field that is PENDING or ACTIVE
     * @throws dev.tegula.failure.RefusedException code {@code job-stale}, if it is another one by now
     */
    public BackfillReport fillNext(
            IndexSource index, String next, KeyId key, RunControl control, ProgressListener listener) {
        LostKeys lost = new LostKeys();
        return fill(
                index,
                new ColumnFill(
                        index.sources(),
                        List.of(new ColumnFill.Target(next, index.form()::writeNext)),
                        column(index.column()) + " IS NOT NULL AND NOT coalesce(" + isUnder(index, next, key)
                                + ", false)",
                        cells -> index.computedNext(cells, key, lost),
                        List.of(index.column(), next)),
                control,
                listener);
    }

    private static String isUnder(IndexSource index, String next, KeyId key) {
        return index.form().keyId(column(next)) + " = '\\x" + key.hex() + "'::bytea";
    }

    /**
     * Sets the index of each row that has one to that in its next column, where that is under the key; opens no value and needs no key.
     *
     * @param next the column
     * @param key under which every next column is whose row has an index
     */
    public BackfillReport settle(
            IndexSource index, String next, KeyId key, RunControl control, ProgressListener listener) {
        String behind = index.form().behindKeyId(column(next));
        return fill(
                index,
                ColumnFill.of(
                        List.of(new ColumnFill.Source(index.form().read(next), Optional.empty())),
                        new ColumnFill.Target(index.column(), none -> behind),
                        column(index.column()) + " IS NOT NULL AND " + column(index.column()) + " IS DISTINCT FROM "
                                + behind + " AND " + isUnder(index, next, key),
                        cells -> index.form().holdsMoreThanKeyId(cells.get(0).value())
                                ? Computed.of(new byte[0])
                                : Computed.none(Computed.Why.CLOSED)),
                control,
                listener);
    }

    /**
     * Makes the next column NULL of rows that have no index: what stands there is of no use, and a fence refuses it.
     *
     * @param next the column
     */
    public BackfillReport forgetNext(IndexSource index, String next, RunControl control, ProgressListener listener) {
        return fill(
                index,
                ColumnFill.of(
                        List.of(new ColumnFill.Source(index.form().read(next), Optional.empty())),
                        new ColumnFill.Target(next, none -> "NULL"),
                        column(index.column()) + " IS NULL",
                        cells -> Computed.of(new byte[0])),
                control,
                listener);
    }

    private BackfillReport fill(IndexSource index, ColumnFill fill, RunControl control, ProgressListener listener) {
        try (KeptConnection kept = settings.connection(source)) {
            BackfillMeter meter = new BackfillMeter(index.table(), index.fields(), listener);
            ColumnPasses passes = passes(kept, settings, index, meter, control, Long.MAX_VALUE);
            return passes.fill(
                    shape(passes, meter, index, fill.targets()),
                    fill,
                    (session, step, detail) -> told.tell(
                            session,
                            FenceTold.filled(step, index.table(), fill.target()).detail(detail)));
        }
    }

    /**
     * Opens every value and compares it with its index, and with its next column where that holds anything; changes nothing.
     *
     * @throws dev.tegula.failure.TegulaException as {@link #fill}
     */
    public BackfillReport verify(IndexSource index, RunControl control) {
        return verify(index, Long.MAX_VALUE, control, ProgressListener.none());
    }

    /**
     * The same of the first rows. It only reads, so it waits for no replica, as {@link Verification} does.
     *
     * @param rows how many are looked at, about
     * @param listener hears of rows looked at
     */
    public BackfillReport verify(IndexSource index, long rows, RunControl control, ProgressListener listener) {
        try (KeptConnection kept = settings.connection(source)) {
            BackfillMeter meter = new BackfillMeter(index.table(), index.fields(), listener);
            ColumnPasses passes = passes(kept, settings.withMaxLag(Duration.ZERO), index, meter, control, rows);
            List<ColumnFill.Target> stored = new ArrayList<>();
            stored.add(ColumnFill.Target.of(index.column()));
            index.next().map(ColumnFill.Target::of).ifPresent(stored::add);
            TableShape shape = shape(passes, meter, index, stored);
            List<ColumnFill.Source> compared = new ArrayList<>(index.sources());
            stored.forEach(target ->
                    compared.add(new ColumnFill.Source(index.form().read(target.column()), Optional.empty())));
            LostKeys lost = new LostKeys();
            return passes.compare(shape, compared, (tally, row) -> verify(index, shape.keys(), lost, tally, row));
        }
    }

    private static ColumnPasses passes(
            KeptConnection kept,
            SweepSettings settings,
            IndexSource index,
            BackfillMeter meter,
            RunControl control,
            long rows) {
        return new ColumnPasses(kept, settings, control, "the blind index " + index.label(), meter, rows);
    }

    private static TableShape shape(
            ColumnPasses passes, BackfillMeter meter, IndexSource index, List<ColumnFill.Target> columns) {
        TableName table = index.table();
        return passes.once(session -> {
            index.requireFits(session.dialect());
            TableShape shape = TableShape.read(session, table, index.values());
            for (ColumnFill.Target column : columns) {
                requireType(session, table, column.column(), index.form());
            }
            meter.total(TableFacts.estimatedRows(session, table));
            return shape;
        });
    }

    private static void requireType(Session session, TableName table, String column, IndexForm form)
            throws SQLException {
        String type = RealTable.read(session, table)
                .map(real -> real.types().getOrDefault(column, "missing"))
                .orElse("missing");
        if (!form.types().contains(type)) {
            String expected = form.types().get(0);
            String quoted = Identifiers.quote(column);
            throw new ConfigurationException(table + "." + column + " is " + type + "; a column of type " + expected
                    + " was expected for the blind index. In a migration of the application: `ALTER TABLE "
                    + table.quoted() + (type.equals("missing") ? "" : " DROP " + quoted + ",") + " ADD " + quoted + " "
                    + expected + "`.");
        }
    }

    private static void verify(IndexSource index, KeyPaging keys, LostKeys lost, BackfillTally tally, Page.Row row) {
        List<@Nullable Cell> cells = row.cells();
        int parts = index.values().size();
        Cell stored = cells.get(parts);
        Cell next = index.next().isPresent() ? cells.get(parts + 1) : null;
        List<Cell> values = ColumnPasses.present(cells.subList(0, parts));
        if (values.size() < parts) {
            if (stored != null || next != null) { // a part is null, and so is the index
                tally.wrong(keys.shown(row.key()));
            }
            return;
        }
        Computed compared = index.compared(values, stored, next, lost);
        if (compared.why().isEmpty()) {
            tally.sound();
        } else {
            tally.none(row.key(), keys.shown(row.key()), compared);
        }
    }
}
