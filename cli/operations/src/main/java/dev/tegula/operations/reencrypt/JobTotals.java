package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The sums over the ranges of a job, no matter who ran them.
 *
 * @param done ranges that ended
 * @param moved values moved
 * @param raced rows held or changed by others
 * @param left rows ended ranges could not move
 * @param quarantined values that do not open, or whose row the table refuses
 * @param refused values among those whose row the table refuses
 * @param refusals why the table refuses rows, one reason each
 * @param workers ranges somebody is at work on
 */
record JobTotals(
        int done,
        long moved,
        long raced,
        long left,
        long quarantined,
        long refused,
        List<String> refusals,
        int workers) {

    /** A worker that has not written for so long is taken for dead; the server ends its transaction sooner. */
    private static final String ALIVE = "interval '20 seconds'";

    /** Workers write the server's own clock, so a time far in its future was not written by one. */
    private static final String DEAD =
            "(seen_at IS NULL OR seen_at <= now() - " + ALIVE + " OR seen_at > now() + " + ALIVE + ")";

    static JobTotals read(Session session, UUID job) throws SQLException {
        String sql = "SELECT count(*) FILTER (WHERE done), " + sum("sum(moved)") + ", " + sum("sum(raced)") + ", "
                + sum("sum(pass_left) FILTER (WHERE done)") + ", count(*) FILTER (WHERE NOT done AND NOT " + DEAD
                + ") FROM tegula_range WHERE job = ?";
        try (PreparedStatement statement = session.prepare(sql)) {
            statement.setObject(1, job);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new JobTotals(
                        row.getInt(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        Quarantine.count(session, job),
                        Quarantine.refused(session, job),
                        Quarantine.refusals(session, job),
                        row.getInt(5));
            }
        }
    }

    /** Values that a job has moved. */
    static long moved(Session session, UUID job) throws SQLException {
        try (PreparedStatement statement =
                session.prepare("SELECT " + sum("sum(moved)") + " FROM tegula_range WHERE job = ?")) {
            statement.setObject(1, job);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Rows of a job can be edited, and one must be shown and ended all the same. */
    private static String sum(String sum) {
        return "CAST(least(coalesce(" + sum + ", 0), " + Long.MAX_VALUE + ") AS int8)";
    }

    /** Ranges nobody is at work on. */
    static List<Integer> free(Session session, UUID job) throws SQLException {
        try (PreparedStatement statement = session.prepare(
                "SELECT idx FROM tegula_range WHERE job = ?" + " AND NOT done AND " + DEAD + " ORDER BY idx")) {
            statement.setObject(1, job);
            List<Integer> free = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    free.add(row.getInt(1));
                }
            }
            return free;
        }
    }

    /** Whether somebody is at work on a range that has not ended. */
    static boolean inHand(Session session, UUID job, int idx) throws SQLException {
        try (PreparedStatement statement = session.prepare(
                "SELECT count(*) FROM tegula_range WHERE job = ? AND idx = ? AND NOT done AND NOT " + DEAD)) {
            statement.setObject(1, job);
            statement.setInt(2, idx);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1) > 0;
            }
        }
    }

    /** Who is at work. */
    static List<JobDetail.Worker> atWork(Session session, UUID job) throws SQLException {
        try (PreparedStatement statement =
                session.prepare("SELECT coalesce(worker, ''), count(*) FROM tegula_range WHERE job = ? AND NOT done"
                        + " AND NOT " + DEAD + " GROUP BY 1 ORDER BY 1")) {
            statement.setObject(1, job);
            List<JobDetail.Worker> workers = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    workers.add(new JobDetail.Worker(row.getString(1), row.getLong(2)));
                }
            }
            return workers;
        }
    }

    /** Sends all ranges over the table once more; counts of what was moved stay. */
    static void reopen(Session session, UUID job) throws SQLException {
        try (PreparedStatement statement = session.prepare(
                "UPDATE tegula_range SET fence = fence + 1,"
                        + " \"cursor\" = NULL, pass_moved = 0, pass_left = 0, done = false, seen_at = NULL WHERE job = ? AND done")) {
            statement.setObject(1, job);
            statement.executeUpdate();
        }
    }
}
