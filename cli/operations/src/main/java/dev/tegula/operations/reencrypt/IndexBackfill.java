package dev.tegula.operations.reencrypt;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Fills the blind index of a table whose rows were written before there was one, beside an application that writes the index
 * of each new row. Each row is changed by compare-and-set, so that no write of the application is lost. What was not done is
 * NULL: a run that was stopped, or killed, is resumed by running it again, and several at once help each other. Thread-safe.
 */
public final class IndexBackfill {

    private final DataSource source;
    private final SweepSettings settings;

    /**
     * Of the tables of one database.
     *
     * @param source gives connections of a role that may SELECT and UPDATE them, to the primary
     * @param settings size of batches, timeouts, rate, and the passes without progress after which the rest is left
     */
    public IndexBackfill(DataSource source, SweepSettings settings) {
        this.source = source;
        this.settings = settings;
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
                        cells -> index.opened(cells).flatMap(values -> index.computed(values, cells))),
                control,
                listener);
    }

    /**
     * Fills the next column of rows that have an index, with that under a key that is to replace theirs.
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
                        "t." + Identifiers.quote(index.column()) + " IS NOT NULL AND (" + column
                                + " IS NULL OR substring(" + column + " from 1 for " + KeyId.SIZE_BYTES + ") <> '\\x"
                                + key.hex() + "')",
                        cells -> index.opened(cells)
                                .flatMap(values -> index.computedNext(values, cells))
                                .map(computed -> under(key, computed))),
                control,
                listener);
    }

    private static BlindIndex under(KeyId key, BlindIndex computed) {
        if (!KeyId.copyOf(computed.bytes(), 0).equals(key)) {
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
        return fill(
                index,
                new ColumnFill(
                        List.of(new ColumnFill.Source(next, Optional.empty())),
                        index.column(),
                        "t." + Identifiers.quote(index.column()) + " IS DISTINCT FROM substring(t."
                                + Identifiers.quote(next) + " from " + (KeyId.SIZE_BYTES + 1) + ")",
                        cells -> Optional.of(cells.get(0).value())
                                .filter(bytes -> bytes.length > KeyId.SIZE_BYTES)
                                .map(bytes ->
                                        BlindIndex.copyOf(Arrays.copyOfRange(bytes, KeyId.SIZE_BYTES, bytes.length)))),
                control,
                listener);
    }

    private BackfillReport fill(IndexSource index, ColumnFill fill, RunControl control, ProgressListener listener) {
        Run run = new Run(index, control, listener, Long.MAX_VALUE);
        try (KeptConnection kept = settings.connection(source)) {
            return run.fill(kept, fill);
        }
    }

    /**
     * Opens every value and compares it with its index; changes nothing.
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
        Run run = new Run(index, control, listener, rows);
        try (KeptConnection kept = settings.connection(source)) {
            return run.verify(kept);
        }
    }

    private final class Run {

        private final IndexSource index;
        private final RunControl control;
        private final Retry retry;
        private final String doing;
        private final BackfillMeter meter;
        private final long rows;
        private final Rate rate = new Rate(settings.maxPerSecond(), System::nanoTime);
        private final Pace pace = new Pace(settings.batchRows());
        private final BackfillTally tally = new BackfillTally();

        Run(IndexSource index, RunControl control, ProgressListener listener, long rows) {
            this.index = index;
            this.control = control;
            this.retry = control.retry();
            this.doing = "the blind index " + index.label();
            this.meter = new BackfillMeter(index, listener);
            this.rows = rows;
        }

        private TableShape shape(KeptConnection kept, String column) {
            TableName table = index.table();
            return retry.run(
                    doing,
                    () -> kept.once(session -> {
                        TableShape shape = TableShape.read(session, table, index.values());
                        requireBytes(session, table, column);
                        meter.total(TableFacts.estimatedRows(session, table));
                        return shape;
                    }));
        }

        private void requireBytes(Session session, TableName table, String column) throws SQLException {
            String type = RealTable.read(session, table)
                    .map(real -> real.types().getOrDefault(column, "missing"))
                    .orElse("missing");
            if (!type.equals("bytea") && !type.equals("bytes")) {
                throw new ConfigurationException(table + "." + column + " is " + type
                        + "; a column of type bytea was expected for the blind index. `ALTER TABLE "
                        + table.quoted() + " ADD " + Identifiers.quote(column) + " bytea`.");
            }
        }

        BackfillReport fill(KeptConnection kept, ColumnFill fill) {
            TableShape shape = shape(kept, fill.target());
            IndexCompareAndSet update = new IndexCompareAndSet(shape, fill);
            PageQuery pages = new PageQuery(
                    shape,
                    fill.from().stream()
                            .map(from -> filter(from.column(), from.tenantColumn(), fill.interest()))
                            .toList(),
                    retry.run(doing, kept::dialect));
            boolean complete = true;
            int stalls = 0;
            do {
                long before = tally.filled();
                tally.nextPass();
                meter.nextPass();
                complete = pass(kept, pages, page -> fill(kept, shape.keys(), fill, update, page));
                stalls = tally.filled() == before ? stalls + 1 : 0;
            } while (complete && tally.hopeful() && stalls < settings.stallLimit() && control.proceed());
            return tally.report(complete);
        }

        BackfillReport verify(KeptConnection kept) {
            TableShape shape = shape(kept, index.column());
            List<PageQuery.ColumnFilter> columns = new ArrayList<>();
            index.values()
                    .forEach(values -> columns.add(filter(values.column(), values.tenantColumn(), "@ IS NOT NULL")));
            columns.add(filter(index.column(), Optional.empty(), "@ IS NOT NULL"));
            PageQuery pages = new PageQuery(shape, columns, retry.run(doing, kept::dialect));
            return tally.report(pass(kept, pages, page -> page.rows().forEach(row -> verify(shape.keys(), row))));
        }

        private PageQuery.ColumnFilter filter(String column, Optional<String> tenant, String interest) {
            return new PageQuery.ColumnFilter(column, tenant, interest, List.of());
        }

        private interface Work {
            void on(Page page);
        }

        /** Returns whether it came to the end of the table, or of the rows that it was to look at. */
        private boolean pass(KeptConnection kept, PageQuery pages, Work work) {
            int many = (int) Math.min(rows, settings.pageRows());
            PageQuery.Bounds bounds = PageQuery.Bounds.of(settings, many, many);
            List<String> after = null;
            long seen = 0;
            Brake brake = new Brake(kept, settings.maxLag(), control);
            while (brake.proceed()) {
                List<String> from = after;
                Page page = retry.run(doing, () -> kept.once(session -> pages.read(session, from, null, bounds)));
                work.on(page);
                seen += page.scanned();
                meter.scanned(page.scanned(), tally.unreadable());
                if ((!page.cut() && page.scanned() < many) || seen >= rows) {
                    return true;
                }
                after = page.next();
                control.sleep(rate.book(page.rows().size()));
            }
            return false;
        }

        private void fill(KeptConnection kept, KeyPaging keys, ColumnFill fill, IndexCompareAndSet update, Page page) {
            List<IndexCompareAndSet.Wanted> wanted = new ArrayList<>();
            for (Page.Row row : page.rows()) {
                if (tally.isHopeless(row.key())) {
                    tally.left(1);
                    continue;
                }
                List<Cell> cells = present(row.cells());
                Optional<BlindIndex> computed = fill.computed().apply(cells);
                if (computed.isPresent()) {
                    wanted.add(new IndexCompareAndSet.Wanted(
                            row.key(),
                            cells.stream().map(Cell::value).toList(),
                            computed.get().bytes()));
                } else {
                    tally.unreadable(row.key(), keys.shown(row.key()));
                }
            }
            int from = 0;
            while (from < wanted.size()) {
                List<IndexCompareAndSet.Wanted> batch =
                        wanted.subList(from, Math.min(from + pace.rows(), wanted.size()));
                from += batch.size();
                long since = System.nanoTime();
                IndexCompareAndSet.Done done =
                        retry.run(doing, () -> kept.once(session -> update.write(session, batch)));
                int others = batch.size() - done.changed().size() - done.taken().size();
                control.sleep(pace.swapped(done.changed().size(), others, System.nanoTime() - since) / 1_000_000);
                tally.filled(done.changed().size());
                tally.left(batch.size() - done.changed().size());
                done.taken().forEach(key -> tally.duplicate(key, keys.shown(key)));
            }
        }

        /** What a query gives of a row that was taken for having all of them. */
        private static List<Cell> present(List<@Nullable Cell> cells) {
            List<Cell> present = new ArrayList<>();
            for (Cell cell : cells) {
                if (cell != null) {
                    present.add(cell);
                }
            }
            return present;
        }

        private void verify(KeyPaging keys, Page.Row row) {
            List<@Nullable Cell> cells = row.cells();
            Cell stored = cells.get(cells.size() - 1);
            List<Cell> values = present(cells.subList(0, cells.size() - 1));
            if (values.size() < cells.size() - 1) {
                if (stored == null) {
                    return; // a part is null, and so is the index
                }
                tally.wrong(keys.shown(row.key()));
                return;
            }
            Optional<List<?>> opened = index.opened(values);
            if (opened.isEmpty()) {
                tally.unreadable(row.key(), keys.shown(row.key()));
            } else if (stored == null) {
                tally.missing(keys.shown(row.key()));
            } else if (index.fits(stored, opened.get(), values)) {
                tally.sound();
            } else {
                tally.wrong(keys.shown(row.key()));
            }
        }
    }
}
