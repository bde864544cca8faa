package dev.tegula.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search path of a session while it is kept for many transactions: as each of them would set it, so that none changes it. From
 * PostgreSQL 18 on each change is reported, and the driver then forgets every statement that it has prepared.
 */
final class SessionPath {

    private static final Logger LOGGER = LoggerFactory.getLogger(SessionPath.class);

    private final Connection connection;
    private final String before;

    private SessionPath(Connection connection, String before) {
        this.connection = connection;
        this.before = before;
    }

    /** Sets it, outside a transaction. */
    static SessionPath set(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String before;
            try (ResultSet row = statement.executeQuery("SELECT pg_catalog.current_setting('search_path')")) {
                row.next();
                before = row.getString(1);
            }
            statement.execute(SafeSettings.pathOfSession());
            return new SessionPath(connection, before);
        }
    }

    /** Sets it back. A connection on which that fails is ended, so that no application gets it as it is. */
    void restore() {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT pg_catalog.set_config('search_path', ?, false)")) {
                statement.setString(1, before);
                statement.execute();
            }
        } catch (SQLException e) {
            LOGGER.debug("A connection broke before its search path was set back: SQLSTATE {}", e.getSQLState());
            abort();
        }
    }

    private void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOGGER.debug("A connection broke while it was ended: SQLSTATE {}", e.getSQLState());
        }
    }
}
