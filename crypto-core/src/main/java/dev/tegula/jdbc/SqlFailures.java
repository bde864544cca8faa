package dev.tegula.jdbc;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the failures of a database mean: one table for applications, for re-encryption and for rotation (decision 33). Of a batch,
 * and of what a pool wraps, the failure that is the reason decides.
 */
public final class SqlFailures {

    /** Answers to COMMIT that say for certain that nothing was committed; those of {@link #PUT_OFF} do too. */
    private static final Set<String> NOT_COMMITTED = Set.of(
            SqlState.SERIALIZATION_FAILURE,
            "40P01",
            SqlState.LOCK_NOT_AVAILABLE,
            SqlState.IN_FAILED_TRANSACTION,
            "25P03");
    /** What constraints and triggers say that were put off to the end: the server then rolls back, and says that it did. */
    private static final Set<SqlKind> PUT_OFF =
            EnumSet.of(SqlKind.CONSTRAINT, SqlKind.DATA, SqlKind.RIGHTS, SqlKind.MISSING, SqlKind.UNFIT);

    private SqlFailures() {}

    /** The SQLSTATE of the reason; empty if it has none. */
    public static String state(SQLException e) {
        String state = reason(e).getSQLState();
        return state == null ? "" : state;
    }

    /**
     * Whether the same work may succeed on another try, after a while and on a new connection where needed. It must be work that
     * may run twice.
     */
    public static boolean retryable(SQLException e) {
        return SqlKind.of(e).again() != SqlKind.Again.NEVER;
    }

    /** Whether it may be about the rows of the statement, and not about the connection, a lock, a conflict or the server. */
    public static boolean ofRows(SQLException e) {
        return SqlKind.of(e).ofRows();
    }

    /** Whether the server does not do it, or not for this role: something is missing, unfit or not allowed. */
    public static boolean notDone(SQLException e) {
        return switch (SqlKind.of(e)) {
            case RIGHTS, MISSING -> true;
            case UNFIT -> !state(e).startsWith("55");
            default -> false;
        };
    }

    /** Whether a value cannot be what it should be; a limit of the server says nothing about the value. */
    public static boolean ofValues(SQLException e) {
        return SqlKind.of(e) == SqlKind.DATA && !state(e).startsWith("54");
    }

    /**
     * Whether the transaction met another one and was certainly rolled back (a serialization conflict, a deadlock), so that an
     * application may run it again.
     */
    public static boolean conflict(SQLException e) {
        return SqlKind.of(e) == SqlKind.CONFLICT && !commitAmbiguous(e);
    }

    /** Whether a fence refused a row. {@code java.sql} has no name for the constraint that said no, so its text is asked. */
    public static boolean fenced(SQLException e) {
        SQLException reason = reason(e);
        return SqlState.CHECK_VIOLATION.equals(reason.getSQLState())
                && String.valueOf(reason.getMessage()).contains(Identifiers.FENCE);
    }

    /** Whether nobody answers at the address of the database, or what answers lets nobody in yet. */
    public static boolean unreachable(SQLException e) {
        return SqlKind.of(e) == SqlKind.UNREACHABLE;
    }

    /**
     * The failure for callers; it never holds a value of a row, also not as its cause.
     *
     * @param doing what was being done, as it stands behind "while"; empty if there is nothing to say
     */
    public static RuntimeException of(SQLException e, String doing) {
        return new SqlMeaning(reason(e), SqlKind.of(e), doing).failure();
    }

    /** Whether the connection must not be used again. */
    static boolean connectionLost(SQLException e) {
        String state = state(e);
        return e instanceof CommitLost
                || state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("25");
    }

    /** PostgreSQL may report a unique violation where a serialization conflict was the reason (documentation, 13.5). */
    static boolean maybeSerialization(SQLException e) {
        return state(e).equals(SqlState.UNIQUE_VIOLATION);
    }

    /** Whether the answer to a COMMIT leaves open what became of it. */
    static boolean commitAmbiguous(SQLException e) {
        String state = state(e);
        return !NOT_COMMITTED.contains(state) && !Pooler.mixedUp(e) && !PUT_OFF.contains(SqlKind.of(state));
    }

    /** Keeps type and state; texts and details of the server can quote rows. */
    static SQLException withoutText(SQLException e) {
        SQLException stripped =
                new SQLException(e.getClass().getSimpleName() + ", text left out", state(e), e.getErrorCode());
        stripped.setStackTrace(e.getStackTrace());
        return stripped;
    }

    /**
     * The first failure that names a reason: not the wrapping of a batch, which quotes parameters, and not the one that only says
     * that an earlier statement failed.
     */
    private static SQLException reason(SQLException e) {
        SQLException found = e;
        boolean vague = vague(e);
        for (Throwable each : e) {
            if (vague && each instanceof SQLException next && next.getSQLState() != null) {
                found = better(found, next);
                vague = vague(found);
            }
        }
        return found;
    }

    private static SQLException better(SQLException found, SQLException next) {
        return found.getSQLState() == null || !SqlState.IN_FAILED_TRANSACTION.equals(next.getSQLState()) ? next : found;
    }

    private static boolean vague(SQLException e) {
        return e instanceof BatchUpdateException
                || e.getSQLState() == null
                || SqlState.IN_FAILED_TRANSACTION.equals(e.getSQLState());
    }
}
