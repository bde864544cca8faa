package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlWork;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes over one table, page by page in the order of its key, that fill a column from others of the same row, or compare
 * them, beside applications that go on writing. Of one thread.
 */
final class ColumnPasses {

    /** So many passes that leave no fewer rows than one before are enough: somebody undoes them as fast. */
    private static final int VAIN_PASSES = 20;

    private final KeptConnection kept;
    private final SweepSettings settings;
    private final RunControl control;
    private final Retry retry;
    private final String doing;
    private final BackfillMeter meter;
    private final long rows;
    private final Rate rate;
    private final Pace pace;
    private final List<String> undone = new ArrayList<>();

    /**
     * On one table.
     *
     * @param doing what this is, for the message of a failure
     * @param rows how many rows are looked at, about
     */
    ColumnPasses(
            KeptConnection kept,
            SweepSettings settings,
            RunControl control,
            String doing,
            BackfillMeter meter,
            long rows) {
        this.kept = kept;
        this.settings = settings;
        this.control = control;
        this.retry = control.retry();
        this.doing = doing;
        this.meter = meter;
        this.rows = rows;
        this.rate = new Rate(settings.maxPerSecond(), System::nanoTime);
        this.pace = new Pace(settings.batchRows());
    }

    /** One transaction, run again where that can help. */
    <T> T once(SqlWork<T> work) {
        return retry.run(doing, () -> kept.once(work));
    }

    /** Tells a step in the audit trail, in its transaction. */
    @FunctionalInterface
    interface Steps {

        /** {@code begin} with the first row that is changed, {@code end} with how many were. */
        void tell(Session session, String step, String detail) throws SQLException;

        /** Called at the beginning of each transaction that changes rows; throws where none may be changed any more. */
        default void hold(Session session) throws SQLException {}
    }

    /** Fills what is due, in as many passes as that takes. */
    BackfillReport fill(TableShape shape, ColumnFill fill, Steps steps) {
        FillCompareAndSet update = new FillCompareAndSet(shape, fill, retry.run(doing, kept::dialect));
        PageQuery pages = pages(
                shape,
                fill.from().stream()
                        .map(from -> new PageQuery.ColumnFilter(
                                from.value(), from.tenantColumn(), value -> fill.interest(), List.of()))
                        .toList());
        BackfillTally tally = new BackfillTally();
        boolean complete = true;
        int stalls = 0;
        long fewest = Long.MAX_VALUE;
        int vain = 0;
        do {
            long before = tally.filled();
            tally.nextPass();
            meter.nextPass();
            complete = pass(pages, tally, page -> fill(shape, fill, update, tally, steps, page));
            stalls = tally.filled() == before ? stalls + 1 : 0;
            vain = tally.left() < fewest ? 0 : vain + 1;
            fewest = Math.min(fewest, tally.left());
        } while (complete
                && tally.hopeful()
                && stalls < settings.stallLimit()
                && vain < VAIN_PASSES
                && control.proceed());
        if (tally.changed() > 0) {
            once(session -> {
                steps.tell(session, "end", tally.changed() + " rows were changed");
                return true;
            });
        }
        return tally.report(complete);
    }

    /** The rows that hold what they held although {@link #fill} changed them: a trigger put it back. Not more than are listed. */
    List<String> undone() {
        return List.copyOf(undone);
    }

    private void undone(FillCompareAndSet.Done done, KeyPaging keys, BackfillTally tally) {
        for (List<String> key : done.undone()) {
            tally.undone(key, keys.shown(key));
            if (undone.size() < BackfillReport.MAX_LISTED) {
                undone.add(keys.shown(key));
            }
        }
    }

    /** Gives each row that has one of the values, and what is found of it goes into the tally. */
    BackfillReport compare(
            TableShape shape, List<ColumnFill.Source> values, BiConsumer<BackfillTally, Page.Row> comparison) {
        PageQuery pages = pages(
                shape,
                values.stream()
                        .map(value -> new PageQuery.ColumnFilter(
                                value.value(), value.tenantColumn(), PageQuery.ColumnFilter::held, List.of()))
                        .toList());
        BackfillTally tally = new BackfillTally();
        boolean complete = pass(pages, tally, page -> page.rows().forEach(row -> comparison.accept(tally, row)));
        once(shape::still);
        return tally.report(complete);
    }

    private PageQuery pages(TableShape shape, List<PageQuery.ColumnFilter> columns) {
        return new PageQuery(shape, columns, retry.run(doing, kept::dialect));
    }

    private interface Work {
        void on(Page page);
    }

    /** Returns whether it came to the end of the table, or of the rows that it was to look at. */
    private boolean pass(PageQuery pages, BackfillTally tally, Work work) {
        int many = (int) Math.min(rows, settings.pageRows());
        PageQuery.Bounds bounds = PageQuery.Bounds.of(settings, many, many);
        List<String> after = null;
        long seen = 0;
        Brake brake = new Brake(kept, settings.maxLag(), control, meter::waiting);
        while (brake.proceed()) {
            List<String> from = after;
            Page page = once(session -> pages.read(session, from, null, bounds));
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

    private void fill(
            TableShape shape, ColumnFill fill, FillCompareAndSet update, BackfillTally tally, Steps steps, Page page) {
        KeyPaging keys = shape.keys();
        List<FillCompareAndSet.Wanted> wanted = new ArrayList<>();
        List<FillCompareAndSet.Wanted> dead = new ArrayList<>();
        for (Page.Row row : page.rows()) {
            if (tally.isHopeless(row.key())) {
                tally.left(1);
                continue;
            }
            if (fill.emptied().isEmpty() && tally.isShredded(row.key())) {
                continue;
            }
            List<Cell> cells = present(row.cells());
            Computed computed = fill.computed().apply(cells);
            FillCompareAndSet.Wanted one = new FillCompareAndSet.Wanted(row.key(), cells, computed.bytes());
            Optional<Computed.Why> why = computed.why();
            if (why.isEmpty()) {
                wanted.add(one);
            } else if (why.get() == Computed.Why.SHREDDED) {
                dead.add(one);
            } else {
                tally.none(row.key(), keys.shown(row.key()), computed);
            }
        }
        if (!dead.isEmpty()) {
            bury(shape, fill, dead, tally, steps);
        }
        int from = 0;
        while (from < wanted.size()) {
            List<FillCompareAndSet.Wanted> batch = wanted.subList(from, Math.min(from + pace.rows(), wanted.size()));
            from += batch.size();
            long since = System.nanoTime();
            boolean first = tally.changed() == 0;
            FillCompareAndSet.Done done = once(session -> {
                steps.hold(session);
                FillCompareAndSet.Done written = update.write(session, batch);
                if (first && !written.changed().isEmpty()) {
                    steps.tell(session, "begin", "");
                }
                return written;
            });
            int others = batch.size() - done.changed().size() - done.taken().size();
            control.sleep(pace.swapped(done.changed().size(), others, System.nanoTime() - since) / 1_000_000);
            tally.filled(done.changed().size());
            tally.left(batch.size() - done.changed().size());
            done.taken().forEach(key -> tally.duplicate(key, keys.shown(key)));
            undone(done, keys, tally);
        }
    }

    /** Of values of shredded tenants nothing is computed any more; what was computed before goes, where it is asked for. */
    private void bury(
            TableShape shape, ColumnFill fill, List<FillCompareAndSet.Wanted> dead, BackfillTally tally, Steps steps) {
        if (fill.emptied().isEmpty()) {
            dead.forEach(row -> tally.shredded(row.key()));
            return;
        }
        boolean first = tally.changed() == 0;
        FillCompareAndSet.Done done = once(session -> {
            steps.hold(session);
            FillCompareAndSet.Done written =
                    FillCompareAndSet.emptying(shape, fill, session.dialect()).write(session, dead);
            if (first && !written.changed().isEmpty()) {
                steps.tell(session, "begin", "");
            }
            return written;
        });
        tally.emptied(done.changed().size());
        done.changed().forEach(tally::shredded);
        tally.left(dead.size() - done.changed().size() - done.taken().size());
        done.taken().forEach(key -> tally.unreadable(key, shape.keys().shown(key)));
        undone(done, shape.keys(), tally);
    }

    /** What a query gives of a row that was taken for having all of them. */
    static List<Cell> present(List<@Nullable Cell> cells) {
        List<Cell> present = new ArrayList<>();
        for (Cell cell : cells) {
            if (cell != null) {
                present.add(cell);
            }
        }
        return present;
    }
}
