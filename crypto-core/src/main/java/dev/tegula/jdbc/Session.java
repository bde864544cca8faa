package dev.tegula.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** A connection inside one transaction; the door through which every statement goes. Not thread-safe. */
public final class Session {

    private final Connection connection;
    private final SqlLog log;

    Session(Connection connection, SqlLog log) {
        this.connection = connection;
        this.log = log;
    }

    /** A statement with parameters; the caller closes it. */
    public PreparedStatement prepare(String sql) throws SQLException {
        log.sent(sql);
        return connection.prepareStatement(sql);
    }

    /** Runs a statement that takes no parameters, such as DDL. */
    public void execute(String sql) throws SQLException {
        log.sent(sql);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** For arrays and metadata; statements go through {@link #prepare}. The transaction is not the caller's to end. */
    public Connection connection() {
        return connection;
    }

    /** Several settings in one round trip. */
    void set(Iterable<String> settings) throws SQLException {
        settings.forEach(log::sent);
        try (Statement statement = connection.createStatement()) {
            statement.execute(String.join("; ", settings));
        }
    }
}
