package dev.tegula.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A connection inside one transaction; the door through which every statement goes. Not thread-safe. */
public final class Session {

    private final Connection connection;
    private final SqlLog log;
    private @Nullable Dialect dialect;

    Session(Connection connection, SqlLog log, @Nullable Dialect dialect) {
        this.connection = connection;
        this.log = log;
        this.dialect = dialect;
    }

    /** The database; asked in this transaction if nobody has asked before. */
    public Dialect dialect() throws SQLException {
        Dialect known = dialect;
        if (known == null) {
            try (PreparedStatement select = prepare("SELECT version()");
                    ResultSet row = select.executeQuery()) {
                row.next();
                known = Dialect.of(row.getString(1), connection.getMetaData().getDatabaseMajorVersion());
            }
            dialect = known;
        }
        return known;
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

    /** Takes back all of the transaction, its settings too; the work must be over then. */
    public void rollback() throws SQLException {
        connection.rollback();
    }

    /**
     * For arrays, savepoints and metadata; statements go through {@link #prepare}. The transaction is not the caller's to end but
     * by {@link #rollback}.
     */
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
