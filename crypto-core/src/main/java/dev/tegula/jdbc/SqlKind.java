package dev.tegula.jdbc;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * What a SQLSTATE means for us; decision 33 has the table with the reasons. The table below names whole states,
 * and classes by their two characters for what of them is not named. CockroachDB uses PostgreSQL's states.
 */
enum SqlKind {
    /** The answer to COMMIT got lost. */
    COMMIT_UNKNOWN(Again.LATER, false),
    /** The transaction met another one and is gone. */
    CONFLICT(Again.SOON, false),
    /** Somebody held a lock for longer than a statement waits. */
    HELD(Again.SOON, false),
    /** A statement or a transaction took longer than it may. */
    TIMED_OUT(Again.SOON, false),
    /** The server ended the connection, and takes new ones or soon will. */
    ENDED(Again.SOON, false),
    /** This connection takes no changes: it leads to a standby, or a setting says so. */
    READ_ONLY(Again.SOON, false),
    /** Nobody answers, or not yet. */
    UNREACHABLE(Again.LATER, false),
    /** A driver or a pool said no, without a SQLSTATE. */
    UNNAMED(Again.NEVER, false),
    /** The server has not enough of something: disk, memory. */
    EXHAUSTED(Again.NEVER, false),
    /** The server cannot read its own files, or says that it is damaged. */
    DAMAGED(Again.NEVER, true),
    /** The login is not let in. */
    LOGIN(Again.NEVER, false),
    /** The role may not. */
    RIGHTS(Again.NEVER, true),
    /** There is no such database. */
    NO_DATABASE(Again.NEVER, false),
    /** A table or schema is not there. */
    MISSING(Again.NEVER, true),
    /** Something else is not there, not of that type, or not done by this server. */
    UNFIT(Again.NEVER, true),
    /** Prepared statements of several connections are mixed up. */
    MIXED_UP(Again.NEVER, false),
    /** A value cannot be what it should be, or meets a limit of the server. */
    DATA(Again.NEVER, true),
    /** A constraint, a trigger or a function that somebody put there said no. */
    CONSTRAINT(Again.NEVER, true),
    /** A mistake of Tegula's in the use of transactions. */
    MISUSE(Again.NEVER, false),
    /** Everything else. */
    UNFORESEEN(Again.NEVER, true);

    /** When the same may succeed. */
    enum Again {
        /** In a moment: the server is there. */
        SOON,
        /** When the server is there again. */
        LATER,
        /** Not before somebody has changed something. */
        NEVER
    }

    private static final int CLASS = 2;
    private static final Map<String, SqlKind> BY_STATE = new HashMap<>();

    static {
        put(CONFLICT, "40");
        put(HELD, SqlState.LOCK_NOT_AVAILABLE);
        put(TIMED_OUT, SqlState.QUERY_CANCELED, "25P03", "25P04");
        put(ENDED, "57P01", "57P02", "57P05");
        put(READ_ONLY, SqlState.READ_ONLY);
        put(UNREACHABLE, "08", "57P03", "53300");
        put(EXHAUSTED, "53");
        put(DAMAGED, "58", "XX");
        put(LOGIN, "28");
        put(RIGHTS, SqlState.INSUFFICIENT_PRIVILEGE);
        put(NO_DATABASE, "3D", "57P04");
        put(MISSING, "42P01", "3F");
        put(UNFIT, "42", "0A", "55");
        put(MIXED_UP, "42P05", "26");
        put(DATA, "22", "54");
        put(CONSTRAINT, "23", "44", "27", "09", "2F", "38", "39", "P0");
        put(MISUSE, "25");
    }

    private final Again again;
    private final boolean ofRows;

    SqlKind(Again again, boolean ofRows) {
        this.again = again;
        this.ofRows = ofRows;
    }

    private static void put(SqlKind kind, String... states) {
        for (String state : states) {
            BY_STATE.put(state, kind);
        }
    }

    static SqlKind of(SQLException e) {
        if (e instanceof CommitLost) {
            return COMMIT_UNKNOWN;
        }
        return Pooler.mixedUp(e) ? MIXED_UP : of(SqlFailures.state(e));
    }

    static SqlKind of(String state) {
        if (state.isEmpty()) {
            return UNNAMED;
        }
        SqlKind exact = BY_STATE.get(state);
        return exact != null || state.length() < CLASS
                ? BY_STATE.getOrDefault(state, UNFORESEEN)
                : BY_STATE.getOrDefault(state.substring(0, CLASS), UNFORESEEN);
    }

    Again again() {
        return again;
    }

    /** Whether it may be about the rows of the statement, and not about the connection, a lock, a conflict or the server. */
    boolean ofRows() {
        return ofRows;
    }
}
