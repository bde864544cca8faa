package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.OwnTables;
import dev.tegula.jdbc.Pooler;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the failures of a database mean. Its messages are not quoted: their detail lines hold whole rows ({@code Failing
 * row contains …}), with the columns that are not encrypted.
 */
final class SqlFailures {

    /** A CHECK constraint said no. */
    static final String CHECK = "23514";
    /** The transaction met another one. */
    static final String CONFLICT = "40001";
    /** A constraint is there already, or no longer. */
    static final Set<String> OVERTAKEN = Set.of("42710", "42704");
    /** The role may not. */
    static final String DENIED = "42501";
    /** The class of values that cannot be what they are read as. */
    static final String DATA = "22";
    /** A statement ran longer than it may. */
    static final String CANCELED = "57014";
    /** Out of memory: the server's, or that of the driver while it reads an answer. */
    private static final String MEMORY = "53200";
    /** A lock was not to be had in time. */
    static final String LOCK = "55P03";

    private static final Set<String> RETRY = Set.of(
            CONFLICT, "40P01", LOCK, CANCELED, "25P03", "25P04", "57P01", "57P02", "57P03", "57P05", "25006", "53300");
    private static final Set<String> CHANGED = Set.of("0A000", "42703", "42P01", "42704", "42883", "3F000");

    private SqlFailures() {}

    /** Whether the same work may succeed on another try, on a new connection where needed. */
    static boolean retryable(SQLException e) {
        String state = state(e);
        return e instanceof CommitFailure || state.startsWith("08") || RETRY.contains(state);
    }

    /** Whether the connection must not be used again. */
    static boolean connectionLost(SQLException e) {
        String state = state(e);
        return e instanceof CommitFailure
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("25")
                || state.isEmpty();
    }

    /** Whether it is about the rows of the statement, and not about the connection, a lock or a conflict. */
    static boolean refusal(SQLException e) {
        return !retryable(e) && !connectionLost(e);
    }

    static String state(SQLException e) {
        @Nullable String state = e.getSQLState();
        return state == null ? "" : state;
    }

    /** The failure a caller gets. */
    static TegulaException of(SQLException e, String doing) {
        String state = state(e);
        String at = "SQLSTATE " + (state.isEmpty() ? "unknown" : state) + " while " + doing;
        if (state.equals(DENIED) || state.startsWith("28")) {
            return new DeniedException(
                    "The database denies it (" + at + "). The role needs SELECT and UPDATE on the table,"
                            + " BYPASSRLS where it has row-level security, ownership to fence it, and the operator's grants"
                            + " (`tegula schema grants --app ROLE --operator ROLE`).",
                    cause(e));
        }
        if (Pooler.mixedUp(e)) {
            return Pooler.cure(e);
        }
        if (CHANGED.contains(state)) {
            return new ConfigurationException(
                    "The database has not what the catalogue or this release expects (" + at
                            + "). If the tables of Tegula are missing run `tegula schema apply`; if the table changed publish the"
                            + " catalogue again from the application and plan anew.",
                    cause(e));
        }
        if (state.startsWith("23")) {
            return new ConfigurationException(OwnTables.refusal(e)
                    .orElse("A constraint of the table refused the row (" + at
                            + "). Look for a CHECK or trigger that does not accept every envelope."));
        }
        if (state.startsWith(DATA)) {
            return new ConfigurationException("The database cannot read a stored value as what it should be (" + at
                    + "). Rows of tegula_job and tegula_range may be such; `tegula jobs list` shows the open jobs, and `tegula"
                    + " jobs cancel JOB` ends one.");
        }
        if (state.equals(MEMORY)) {
            return new ConfigurationException(
                    "Memory ran out, of the database or of this process (" + at
                            + "). Give Java more, for example JAVA_TOOL_OPTIONS=-Xmx2g, take fewer --workers, or look for very large rows.");
        }
        return new UnavailableException("The database did not do it (" + at + "). It is safe to run again.", cause(e));
    }

    private static @Nullable Throwable cause(SQLException e) {
        return state(e).startsWith("23") ? null : e;
    }

    /** COMMIT failed: the work may be done or not; only a locking write can tell. */
    static final class CommitFailure extends SQLException {
        private static final long serialVersionUID = 1L;

        CommitFailure(SQLException cause) {
            super("COMMIT failed", cause.getSQLState(), cause);
        }
    }
}
