package dev.tegula.reencrypt;

import dev.tegula.reencrypt.PageQuery.Bounds;
import dev.tegula.reencrypt.SwapQuery.Swap;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The work of one transaction: read a page, move it in memory, swap it in, note what does not open, advance the cursor
 * if range and job still allow it. Sizes adapt: it looks further where little is to do, and takes less where statements
 * are cancelled or refused.
 */
final class Batch implements AutoCloseable {

    private static final int MAX_SCAN = 20_000;

    private final TableShape shape;
    private final ReadAhead pages;
    private final SwapQuery swaps;
    private final SweepSettings settings;
    private int rows;
    private int scan;
    private boolean leaveNext;

    Batch(JobPlan plan, TableShape shape, CipherSource ciphers, SweepSettings settings, boolean ahead) {
        this.shape = shape;
        this.pages = new ReadAhead(plan.pages(shape), new Mover(plan, shape.keyset(), ciphers), ahead);
        this.swaps = plan.swaps(shape);
        this.settings = settings;
        this.rows = settings.batchRows();
        this.scan = settings.batchRows();
    }

    /**
     * What a committed batch did.
     *
     * @param next the state of the range now
     * @param moved values moved
     * @param unreadable values noted in the quarantine
     * @param left keys of rows that somebody else held or changed
     * @param passEnded whether the end of the range was reached
     * @param progress whether the pass that ended moved anything
     */
    record Result(
            RangeState next, long moved, int unreadable, List<String> left, boolean passEnded, boolean progress) {}

    TableName table() {
        return shape.table();
    }

    /**
     * Runs in the given transaction; empty if the range or the job is no longer ours to write, which rolls it back.
     *
     * @param lastPass whether a pass without progress ends the range
     */
    Optional<Result> run(Connection connection, RangeState state, boolean lastPass) throws SQLException {
        ReadAhead.Work at = pages.next(connection, state, new Bounds(rows, settings.batchBytes(), scan));
        Mover.Moved work = at.result();
        if (!work.unreadable().isEmpty()) {
            Quarantine.note(connection, state.job(), shape.table(), work.unreadable());
        }
        List<String> left = new ArrayList<>();
        long moved = swap(connection, work.swaps(), left);
        RangeState next = state.after(at.page().next(), moved, left.size());
        boolean progress = next.passMoved() > 0;
        if (at.last()) {
            next = next.passLeft() == 0 || (lastPass && !progress) ? next.ended() : next.nextPass();
        }
        Optional<RangeState> written = next.advance(connection);
        if (written.isEmpty()) {
            connection.rollback();
            return Optional.empty();
        }
        adapt(at.page(), work.swaps().size());
        return Optional.of(new Result(written.get(), moved, work.unreadable().size(), left, at.last(), progress));
    }

    private long swap(Connection connection, List<Swap> wanted, List<String> left) throws SQLException {
        Set<List<String>> changed = wanted.isEmpty() || leaveNext ? Set.of() : swaps.run(connection, wanted);
        long moved = 0;
        for (Swap swap : wanted) {
            if (changed.contains(swap.key())) {
                moved += swap.size();
            } else {
                left.add(shape.keyset().shown(swap.key()));
            }
        }
        return moved;
    }

    /** Whether the table itself (a CHECK, a trigger) refused a row. */
    static boolean refusal(SQLException e) {
        String state = SqlFailures.state(e);
        return !(e instanceof SqlFailures.CommitFailure) && (state.startsWith("23") || state.startsWith("P0"));
    }

    /** Takes less next time; a single row that is refused is left, so that it does not stop the others. */
    void failed(SQLException e) {
        pages.drop();
        if (refusal(e)) {
            leaveNext = rows == 1;
            rows = 1;
        } else if (SqlFailures.state(e).equals(SqlFailures.CANCELED)) {
            rows = Math.max(1, rows / 2);
            scan = Math.max(rows, scan / 4);
        }
    }

    private void adapt(Page page, int found) {
        leaveNext = false;
        if (page.cut()) {
            scan = Math.max(settings.batchRows(), scan / 2);
        } else if (found < rows / 2) {
            scan = Math.min(MAX_SCAN, scan * 2);
        }
        rows = Math.min(settings.batchRows(), rows * 2);
        scan = Math.max(scan, rows);
    }

    @Override
    public void close() {
        pages.close();
    }
}
