package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One job as somebody looks at it: numbers and names, as its rows have them.
 *
 * @param state OPEN, PAUSED, or how it ended
 * @param moves what it moves, one entry for each column
 * @param raced rows that others held or changed and that came back in a later pass
 * @param left rows of ended ranges that could not be moved
 * @param quarantined values that do not open, or whose row the table refuses
 * @param workers who is at work on it, and on how many ranges
 */
public record JobDetail(String state, List<Move> moves, long raced, long left, long quarantined, List<Worker> workers) {

    /** Copies the lists. */
    public JobDetail {
        moves = List.copyOf(moves);
        workers = List.copyOf(workers);
    }

    /**
     * What is moved in a column.
     *
     * @param column its name
     * @param field the field
     * @param scopes how many scopes: 1, or as many as tenants
     * @param sources how many keys values are moved away from
     */
    public record Move(String column, String field, long scopes, long sources) {}

    /**
     * Somebody at work, in any process.
     *
     * @param name host, process and thread
     * @param ranges ranges in hand
     */
    public record Worker(String name, long ranges) {}

    static JobDetail read(Session session, UUID job) throws SQLException {
        JobStore.require(session, job);
        JobTotals totals = JobTotals.read(session, job);
        return new JobDetail(
                state(session, job),
                moves(session, job),
                totals.raced(),
                totals.left(),
                totals.quarantined(),
                JobTotals.atWork(session, job));
    }

    private static String state(Session session, UUID job) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT state FROM tegula_job WHERE id = ?")) {
            select.setObject(1, job);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static List<Move> moves(Session session, UUID job) throws SQLException {
        List<Move> moves = new ArrayList<>();
        try (PreparedStatement select = session.prepare("SELECT column_name, field, count(DISTINCT tenant), count(*)"
                + " FROM tegula_job_key WHERE job = ? GROUP BY column_name, field ORDER BY column_name, field")) {
            select.setObject(1, job);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    moves.add(new Move(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)));
                }
            }
        }
        return moves;
    }
}
