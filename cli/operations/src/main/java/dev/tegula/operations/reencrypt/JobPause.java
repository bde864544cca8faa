package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Holds a job and lets it go on. A batch writes only while its job is open, so one that is paused moves nothing more. Days may lie
 * between, so it goes on only if its ranges still are a division of the table.
 */
final class JobPause {

    private static final String OPEN = "OPEN";
    private static final String PAUSED = "PAUSED";

    /** The column of a CHECK is the same for both: a paused job has the time at which it was. */
    private static final String PAUSE =
            "UPDATE tegula_job SET state = 'PAUSED', finished_at = now() WHERE id = ? AND state = 'OPEN'";

    private static final String RESUME =
            "UPDATE tegula_job SET state = 'OPEN', finished_at = NULL WHERE id = ? AND state = 'PAUSED'";

    private JobPause() {}

    static boolean pause(Session session, UUID job, CipherSource told) throws SQLException {
        TableName table = JobStore.table(session, job);
        requireAlive(session, job);
        return changed(session, PAUSE, job, told, "pause", table, " is paused");
    }

    static boolean resume(Session session, UUID job, CipherSource told) throws SQLException {
        TableName table = JobStore.table(session, job);
        if (!resumable(session, job)) {
            return false;
        }
        return changed(session, RESUME, job, told, "resume", table, " goes on");
    }

    static boolean resumable(Session session, UUID job) throws SQLException {
        JobStore.require(session, job);
        if (!requireAlive(session, job).equals(PAUSED)) {
            return false;
        }
        JobPlan plan = JobStore.load(session, job);
        TableName table = plan.job().table();
        TableShape shape;
        try {
            shape = TableShape.pinned(session, table, plan.keyColumns());
        } catch (ConfigurationException e) {
            throw outdated(job, table, "it has no unique key " + plan.keyColumns() + " any more");
        }
        List<String> columns = plan.columns().stream().map(JobPlan.Column::name).toList();
        if (bytes(session, table, columns) < columns.size()) {
            throw outdated(job, table, "it has not all of the columns " + columns + " any more, as bytea");
        }
        if (!ordered(session, job, shape)) {
            throw outdated(job, table, "its key " + plan.keyColumns() + " has another type or order");
        }
        return true;
    }

    private static RefusedException outdated(UUID job, TableName table, String what) {
        return new RefusedException(
                "job-outdated",
                table + " was changed while job " + job + " was paused: " + what
                        + ". What was moved stays moved. End it, `tegula" + " jobs cancel " + job
                        + "`, and run the rotation again: it makes a new plan.");
    }

    private static boolean changed(
            Session session, String sql, UUID job, CipherSource told, String step, TableName table, String rest)
            throws SQLException {
        try (PreparedStatement update = session.prepare(sql)) {
            update.setObject(1, job);
            if (update.executeUpdate() == 0) {
                return false;
            }
        }
        told.tell(session, JobTold.entry(step, table, job, rest));
        return true;
    }

    private static String requireAlive(Session session, UUID job) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT state FROM tegula_job WHERE id = ?")) {
            select.setObject(1, job);
            try (ResultSet row = select.executeQuery()) {
                String state = row.next() ? row.getString(1) : "";
                if (state.equals(OPEN) || state.equals(PAUSED)) {
                    return state;
                }
                throw new RefusedException(
                        "job-ended",
                        "Job " + job + " has ended (" + state + "). `tegula jobs list` shows those that have not.");
            }
        }
    }

    private static int bytes(Session session, TableName table, List<String> columns) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid ="
                + " a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
                + " n.nspname = ? AND c.relname = ? AND a.attname = ANY (?) AND NOT a.attisdropped AND a.attnum > 0 AND"
                + " a.atttypid IN " + ByteTypes.OIDS)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setArray(3, SqlArrays.texts(session, columns));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /**
     * Whether each range still ends behind its begin, in the order that the table is read in now; then all of them divide it. A row
     * that stands before the cursor of its range by another order is met by the pass behind the fence, or counted at the end.
     */
    private static boolean ordered(Session session, UUID job, TableShape shape) throws SQLException {
        List<String> collations = shape.collations(session);
        List<KeyColumn> keys = shape.keys().columns();
        IntFunction<String> low = i -> bound("lo", i, keys.get(i), collations.get(i));
        IntFunction<String> high = i -> bound("hi", i, keys.get(i), collations.get(i));
        String sql = "SELECT count(*) FROM tegula_range WHERE job = ? AND lo IS NOT NULL AND hi IS NOT NULL AND NOT (("
                + each(keys.size(), low) + ") < (" + each(keys.size(), high) + "))";
        try (PreparedStatement select = session.prepare(sql)) {
            select.setObject(1, job);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1) == 0;
            }
        } catch (SQLException e) {
            if (SqlFailures.ofValues(e)) {
                return false;
            }
            throw e;
        }
    }

    private static String bound(String side, int i, KeyColumn key, String collation) {
        return "CAST(" + side + "[" + (i + 1) + "] AS " + key.cast() + ")" + collation;
    }

    private static String each(int size, IntFunction<String> part) {
        return IntStream.range(0, size).mapToObj(part).collect(Collectors.joining(", "));
    }
}
