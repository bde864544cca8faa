package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.FieldId;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.CompareAndSetQuery.ChangedRow;
import dev.tegula.operations.reencrypt.PageQuery.Bounds;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The work of one transaction: read a page, move it in memory, swap it in, note what does not open, advance the cursor
 * if range and job still allow it. Sizes adapt: it looks further where little is to do, and takes less where statements
 * are cancelled or refused.
 */
final class Batch implements AutoCloseable {

    private static final int MAX_SCAN = 20_000;

    private final TableShape shape;
    private final ReadAhead pages;
    private final CompareAndSetQuery swaps;
    private final List<String> columns;
    private final List<FieldId> fields;
    private final SweepSettings settings;
    private final Pace pace;
    private final CipherSource ciphers;
    private final LongSupplier nanoTime;
    /** Rows looked at for each that is taken. */
    private int spread = 1;

    Batch(
            JobPlan plan,
            TableShape shape,
            CipherSource ciphers,
            SweepSettings settings,
            Dialect dialect,
            LongSupplier nanoTime) {
        this.shape = shape;
        this.pages = new ReadAhead(
                plan.pages(shape, dialect), new PageReencryptor(plan, shape.keys(), ciphers), dialect.readsAhead());
        this.swaps = plan.swaps(shape, dialect);
        this.columns = plan.columns().stream().map(JobPlan.Column::name).toList();
        this.fields = plan.fields();
        this.settings = settings;
        this.ciphers = ciphers;
        this.nanoTime = nanoTime;
        this.pace = new Pace(settings.batchRows());
    }

    /**
     * What a committed batch did.
     *
     * @param next the state of the range now
     * @param moved values moved
     * @param unreadable values that do not open, noted in the quarantine
     * @param refused values of rows that the table refuses, noted there too
     * @param hopeless why the table refuses every row of the page; empty if it does not
     * @param left keys of rows that somebody else held or changed
     * @param passEnded whether the end of the range was reached
     * @param progress whether the pass that ended moved anything
     * @param rows rows changed
     * @param since by the clock of the pace, when the first row was locked
     */
    record Result(
            RangeState next,
            long moved,
            int unreadable,
            int refused,
            String hopeless,
            List<String> left,
            boolean passEnded,
            boolean progress,
            int rows,
            long since) {}

    List<FieldId> fields() {
        return fields;
    }

    TableName table() {
        return shape.table();
    }

    /** Whether the page at the state's place was read. */
    boolean hasPage(RangeState state) {
        return pages.has(state);
    }

    /** Reads the page at the state's place, in a transaction of its own; the compare-and-set decides what became of it since. */
    void read(Session session, RangeState state) throws SQLException {
        pages.read(session, state, bounds());
    }

    /**
     * Waits, with no transaction open, until what was read is moved in memory: it may need thousands of keys of tenants, which a KMS
     * opens one by one, and the server ends a session that is idle in its transaction for long.
     */
    void await() {
        pages.await();
    }

    /**
     * Runs in the given transaction; empty if the range or the job is no longer ours to write, which rolls it back.
     *
     * @param lastPass whether a pass without progress ends the range
     */
    Optional<Result> run(Session session, RangeState state, boolean lastPass) throws SQLException {
        ReadAhead.Work at = pages.next(session, state, bounds());
        PageReencryptor.Reencrypted work = at.result();
        if (!work.unreadable().isEmpty()) {
            Quarantine.note(session, state.job(), shape.table(), work.unreadable());
        }
        long since = nanoTime.getAsLong();
        Written outcome = swap(session, work.swaps(), lastPass);
        List<Quarantine.Entry> refused = outcome.refusals().entries(shape, columns);
        if (!refused.isEmpty()) {
            Quarantine.note(session, state.job(), shape.table(), refused);
        }
        List<String> left = outcome.left();
        if (outcome.refusals().hopeless()) {
            pages.drop();
            Optional<RangeState> stays = state.advance(session);
            if (stays.isPresent()) {
                tell(session, state, work.unreadable(), refused);
            }
            return stays.map(now ->
                    new Result(now, 0, 0, refused.size(), refused.get(0).refusal(), List.of(), false, false, 0, since));
        }
        RangeState next = state.after(at.page().next(), outcome.moved(), left.size());
        boolean progress = next.passMoved() > 0;
        if (at.last()) {
            next = next.passLeft() == 0 || (lastPass && !progress) ? next.ended() : next.nextPass();
        }
        Optional<RangeState> written = next.advance(session);
        if (written.isEmpty()) {
            session.rollback();
            return Optional.empty();
        }
        tell(session, state, work.unreadable(), refused);
        if (written.get().done()) {
            ciphers.tell(session, JobTold.range(shape.table(), written.get()));
        }
        adapt(at.page(), work.swaps().size());
        return Optional.of(new Result(
                written.get(),
                outcome.moved(),
                work.unreadable().size(),
                refused.size(),
                "",
                left,
                at.last(),
                progress,
                work.swaps().size() - left.size() - outcome.refusals().refused().size(),
                since));
    }

    /** Late, because the chain is held until the end of the transaction. */
    private void tell(
            Session session, RangeState state, List<Quarantine.Entry> unreadable, List<Quarantine.Entry> refused)
            throws SQLException {
        if (!unreadable.isEmpty() || !refused.isEmpty()) {
            List<Quarantine.Entry> all = new ArrayList<>(unreadable);
            all.addAll(refused);
            ciphers.tell(session, QuarantineTold.added(shape.table(), state.job(), all));
        }
    }

    private Bounds bounds() {
        return Bounds.of(settings, pace.rows(), Math.max(pace.rows(), Math.min(MAX_SCAN, pace.rows() * spread)));
    }

    /** Notes how long the committed batch took; returns the milliseconds to leave the server to others. */
    long committed(Result result) {
        return pace.swapped(result.rows(), result.left().size(), nanoTime.getAsLong() - result.since()) / 1_000_000;
    }

    /** What became of the rows of a page. */
    private record Written(long moved, List<String> left, Refusals refusals) {}

    private Written swap(Session session, List<ChangedRow> wanted, boolean lastPass) throws SQLException {
        Refusals refusals = new Refusals(session, swaps);
        Set<List<String>> changed = new HashSet<>();
        refusals.run(wanted, changed);
        if (lastPass && !refusals.hopeless()) {
            refusals.swallowed(
                    wanted.stream()
                            .filter(row -> !changed.contains(row.key()) && !refusals.has(row.key()))
                            .toList(),
                    changed);
        }
        List<String> left = new ArrayList<>();
        long moved = 0;
        for (ChangedRow swap : wanted) {
            if (changed.contains(swap.key())) {
                moved += swap.size();
            } else if (!refusals.has(swap.key())) {
                left.add(shape.keys().shown(swap.key()));
            }
        }
        return new Written(moved, left, refusals);
    }

    /** Takes less next time where statements take too long. */
    void failed(SQLException e) {
        pages.drop();
        if (SqlFailures.state(e).equals(SqlState.QUERY_CANCELED)) {
            pace.cancelled();
            spread = Math.max(1, spread / 2);
        }
    }

    private void adapt(Page page, int found) {
        if (page.cut()) {
            spread = Math.max(1, spread / 2);
        } else if (found < pace.rows() / 2) {
            spread = Math.min(MAX_SCAN, spread * 2);
        }
    }

    @Override
    public void close() {
        pages.close();
    }
}
