package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.SQLException;
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
        return fill(
                index,
                new ColumnFill(
                        index.sources(),
                        index.column(),
                        "t." + Identifiers.quote(index.column()) + " IS NULL",
                        cells -> index.opened(cells).flatMap(values -> index.computed(values, cells)),
                        index.form().write()),
                control,
                listener);
    }

    /**
     * Fills the next column of rows that have an index, with that under a key that is to replace theirs. Rows with a value of a
     * tenant that was shredded lose both: nothing can be computed for them, and nobody looks for them.
     *
     * @param next the column
     * @param key the newest key of the field that is PENDING or ACTIVE
     * @throws RefusedException code {@code job-stale}, if it is another one by now
     */
    public BackfillReport fillNext(
            IndexSource index, String next, KeyId key, RunControl control, ProgressListener listener) {
        String column = "t." + Identifiers.quote(next);
        return fill(
                index,
                new ColumnFill(
                        index.sources(),
                        next,
                        "t." + Identifiers.quote(index.column()) + " IS NOT NULL AND "
                                + index.form().keyId(column) + " IS DISTINCT FROM '\\x" + key.hex() + "'::bytea",
                        cells -> index.opened(cells)
                                .flatMap(values -> index.computedNext(values, cells))
                                .map(computed -> under(key, computed)),
                        index.form().writeNext(),
                        List.of(index.column(), next)),
                control,
                listener);
    }

    private static byte[] under(KeyId key, byte[] computed) {
        if (!KeyId.copyOf(computed, 0).equals(key)) {
            throw new RefusedException(
                    CipherSource.STALE,
                    "The newest key of this index is not " + key.shortHex()
                            + " any more: another one was made meanwhile. Run the command again: it makes a new plan.");
        }
        return computed;
    }

    /**
     * Sets the index of each row to that in its next column; opens no value and needs no key.
     *
     * @param next the column
     */
    public BackfillReport settle(IndexSource index, String next, RunControl control, ProgressListener listener) {
        String behind = index.form().behindKeyId("t." + Identifiers.quote(next));
        return fill(
                index,
                new ColumnFill(
                        List.of(new ColumnFill.Source(index.form().read(next), Optional.empty())),
                        index.column(),
                        "t." + Identifiers.quote(index.column()) + " IS DISTINCT FROM " + behind,
                        cells -> Optional.of(new byte[0]).filter(none -> index.form()
                                .holdsMoreThanKeyId(cells.get(0).value())),
                        behind),
                control,
                listener);
    }

    private BackfillReport fill(IndexSource index, ColumnFill fill, RunControl control, ProgressListener listener) {
        try (KeptConnection kept = settings.connection(source)) {
            BackfillMeter meter = new BackfillMeter(index.table(), index.fields(), listener);
            ColumnPasses passes = passes(kept, index, meter, control, Long.MAX_VALUE);
            return passes.fill(
                    shape(passes, meter, index, fill.target()),
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
     * The same of the first rows.
     *
     * @param rows how many are looked at, about
     * @param listener hears of rows looked at
     */
    public BackfillReport verify(IndexSource index, long rows, RunControl control, ProgressListener listener) {
        try (KeptConnection kept = settings.connection(source)) {
            BackfillMeter meter = new BackfillMeter(index.table(), index.fields(), listener);
            ColumnPasses passes = passes(kept, index, meter, control, rows);
            TableShape shape = shape(passes, meter, index, index.column());
            index.next().ifPresent(next -> shape(passes, meter, index, next));
            List<ColumnFill.Source> compared = new ArrayList<>(index.sources());
            compared.add(new ColumnFill.Source(index.form().read(index.column()), Optional.empty()));
            index.next()
                    .ifPresent(next ->
                            compared.add(new ColumnFill.Source(index.form().read(next), Optional.empty())));
            return passes.compare(shape, compared, (tally, row) -> verify(index, shape.keys(), tally, row));
        }
    }

    private ColumnPasses passes(
            KeptConnection kept, IndexSource index, BackfillMeter meter, RunControl control, long rows) {
        return new ColumnPasses(kept, settings, control, "the blind index " + index.label(), meter, rows);
    }

    private static TableShape shape(ColumnPasses passes, BackfillMeter meter, IndexSource index, String column) {
        TableName table = index.table();
        return passes.once(session -> {
            index.requireFits(session.dialect());
            TableShape shape = TableShape.read(session, table, index.values());
            requireType(session, table, column, index.form());
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
            throw new ConfigurationException(table + "." + column + " is " + type + "; a column of type " + expected
                    + " was expected for the blind index. `ALTER TABLE " + table.quoted() + " ADD "
                    + Identifiers.quote(column) + " " + expected + "`.");
        }
    }

    private static void verify(IndexSource index, KeyPaging keys, BackfillTally tally, Page.Row row) {
        List<@Nullable Cell> cells = row.cells();
        int parts = index.values().size();
        Cell stored = cells.get(parts);
        Cell next = index.next().isPresent() ? cells.get(parts + 1) : null;
        List<Cell> values = ColumnPasses.present(cells.subList(0, parts));
        if (values.size() < parts) {
            if (stored == null && next == null) {
                return; // a part is null, and so is the index
            }
            tally.wrong(keys.shown(row.key()));
            return;
        }
        Optional<List<?>> opened;
        try {
            opened = index.opened(values);
        } catch (KeyUnknownException e) {
            if (!e.ofShreddedTenant()) {
                throw e;
            }
            tally.shredded(row.key());
            return;
        }
        if (opened.isEmpty()) {
            tally.unreadable(row.key(), keys.shown(row.key()));
        } else if (stored == null) {
            tally.missing(keys.shown(row.key()));
        } else if (index.fits(stored, opened.get(), values)
                && (next == null || index.fitsNext(next, opened.get(), values))) {
            tally.sound();
        } else {
            tally.wrong(keys.shown(row.key()));
        }
    }
}
