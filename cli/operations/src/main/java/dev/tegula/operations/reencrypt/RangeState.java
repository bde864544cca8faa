package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code tegula_range}: which part of the table, how far it is, and who may write (the holder of the fence).
 *
 * @param lo where it starts, exclusive; null in the first range
 * @param hi where it ends, inclusive; null in the last
 * @param cursor how far the pass is; null at its start
 * @param fence number of takeovers; a worker with an older one may not write
 * @param moved values moved, all passes
 * @param raced rows held or changed by others, all passes
 * @param passMoved values moved in this pass
 * @param passLeft rows this pass could not move
 * @param done whether it ended
 */
record RangeState(
        UUID job,
        int idx,
        @Nullable List<String> lo,
        @Nullable List<String> hi,
        @Nullable List<String> cursor,
        long fence,
        long moved,
        long raced,
        long passMoved,
        long passLeft,
        boolean done) {

    private static final String RETURNING =
            " RETURNING lo, hi, \"cursor\", fence, moved, raced, pass_moved, pass_left, done";

    /** The first statement of a run: the worker that held the range before may write no more. */
    static Optional<RangeState> take(Session session, UUID job, int idx, String worker) throws SQLException {
        String sql = "UPDATE tegula_range SET fence = fence + 1, worker = ?, seen_at = now() WHERE job = ? AND idx = ?"
                + RETURNING;
        try (PreparedStatement statement = session.prepare(sql)) {
            statement.setString(1, worker);
            statement.setObject(2, job);
            statement.setInt(3, idx);
            return one(statement, job, idx);
        }
    }

    /**
     * After a failure: a locking write, which waits for a COMMIT that may still be on its way and then tells the truth.
     * Empty if the fence was lost.
     */
    Optional<RangeState> reclaim(Session session) throws SQLException {
        String sql =
                "UPDATE tegula_range SET attempt = attempt + 1, seen_at = now() WHERE job = ? AND idx = ? AND fence = ?"
                        + RETURNING;
        try (PreparedStatement statement = session.prepare(sql)) {
            statement.setObject(1, job);
            statement.setInt(2, idx);
            statement.setLong(3, fence);
            return one(statement, job, idx);
        }
    }

    /** Writes the state after a batch, if this worker still holds the range and the job may still write. */
    Optional<RangeState> advance(Session session) throws SQLException {
        String sql =
                "UPDATE tegula_range r SET \"cursor\" = ?, moved = ?, raced = ?, pass_moved = ?, pass_left = ?, done = ?,"
                        + " seen_at = now() WHERE job = ? AND idx = ? AND fence = ? AND EXISTS (SELECT 1 FROM tegula_job j"
                        + " WHERE j.id = r.job AND j.state = 'OPEN' AND j.fence = 0)" + RETURNING;
        try (PreparedStatement statement = session.prepare(sql)) {
            statement.setArray(1, SqlArrays.key(session, cursor));
            statement.setLong(2, moved);
            statement.setLong(3, raced);
            statement.setLong(4, passMoved);
            statement.setLong(5, passLeft);
            statement.setBoolean(6, done);
            statement.setObject(7, job);
            statement.setInt(8, idx);
            statement.setLong(9, fence);
            return one(statement, job, idx);
        }
    }

    /** Lets another worker take the range at once. */
    static void release(Session session, UUID job, int idx, long fence) throws SQLException {
        try (PreparedStatement statement =
                session.prepare("UPDATE tegula_range SET seen_at = NULL WHERE job = ? AND idx = ? AND fence = ?")) {
            statement.setObject(1, job);
            statement.setInt(2, idx);
            statement.setLong(3, fence);
            statement.executeUpdate();
        }
    }

    /** The state after a batch. */
    RangeState after(@Nullable List<String> next, long newlyMoved, long newlyLeft) {
        return new RangeState(
                job,
                idx,
                lo,
                hi,
                next,
                fence,
                sum(moved, newlyMoved),
                sum(raced, newlyLeft),
                sum(passMoved, newlyMoved),
                sum(passLeft, newlyLeft),
                false);
    }

    /** Rows can be edited: a count that cannot grow stops no work. */
    private static long sum(long before, long more) {
        return before > Long.MAX_VALUE - more ? Long.MAX_VALUE : before + more;
    }

    /** The state at the start of another pass. */
    RangeState nextPass() {
        return new RangeState(job, idx, lo, hi, null, fence, moved, raced, 0, 0, false);
    }

    /** The state at the end; rows that are left stay counted. */
    RangeState ended() {
        return new RangeState(job, idx, lo, hi, cursor, fence, moved, raced, passMoved, passLeft, true);
    }

    private static Optional<RangeState> one(PreparedStatement statement, UUID job, int idx) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            return Optional.of(read(row, job, idx));
        } catch (IllegalArgumentException e) {
            throw BrokenJob.of("tegula_range", job, "in range " + idx + " " + e.getMessage());
        }
    }

    /** Whether its bounds are keys of so many columns. */
    void requireParts(int columns) {
        for (List<String> key : Arrays.asList(lo, hi, cursor)) {
            if (key != null && key.size() != columns) {
                throw BrokenJob.of(
                        "tegula_range",
                        job,
                        "in range " + idx + " a bound has " + key.size() + " parts, but the key of the table has "
                                + columns);
            }
        }
    }

    private static RangeState read(ResultSet row, UUID job, int idx) throws SQLException {
        return new RangeState(
                job,
                idx,
                SqlArrays.key(row, "lo"),
                SqlArrays.key(row, "hi"),
                SqlArrays.key(row, "cursor"),
                row.getLong("fence"),
                row.getLong("moved"),
                row.getLong("raced"),
                row.getLong("pass_moved"),
                row.getLong("pass_left"),
                row.getBoolean("done"));
    }
}
