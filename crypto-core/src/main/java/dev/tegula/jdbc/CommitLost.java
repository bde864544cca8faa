package dev.tegula.jdbc;

import java.sql.SQLException;

/** COMMIT failed, so that the work may be done or not; what {@link CommitUnknownException} says to callers. */
final class CommitLost extends SQLException {

    private static final long serialVersionUID = 1L;

    CommitLost(SQLException cause) {
        super("COMMIT failed", cause.getSQLState(), cause);
    }
}
