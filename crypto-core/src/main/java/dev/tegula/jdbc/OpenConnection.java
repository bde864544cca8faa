package dev.tegula.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection on which one transaction runs after the other. Outside of them nothing is set. Not thread-safe. */
final class OpenConnection implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(OpenConnection.class);

    private final Connection connection;
    private final SqlLog log;
    private final @Nullable Dialect dialect;
    private boolean broken;

    OpenConnection(Connection connection, SqlLog log, @Nullable Dialect dialect) {
        this.connection = connection;
        this.log = log;
        this.dialect = dialect;
    }

    /**
     * Runs one transaction, once.
     *
     * @throws CommitLost if nobody knows whether it was committed
     */
    <T extends @Nullable Object> T run(SqlWork<T> work) throws SQLException {
        return run(work, false);
    }

    /** Runs one transaction that changes nothing, once: what it read was committed, whatever becomes of its own COMMIT. */
    <T extends @Nullable Object> T read(SqlWork<T> work) throws SQLException {
        return run(work, true);
    }

    private <T extends @Nullable Object> T run(SqlWork<T> work, boolean reads) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        T result;
        try {
            result = work.run(new Session(connection, log, dialect));
        } catch (SQLException | RuntimeException | Error e) {
            rollback(autoCommit, e);
            throw e;
        }
        try {
            commit();
        } catch (CommitLost e) {
            if (!reads) {
                throw e;
            }
            LOGGER.debug("A connection broke after its transaction had read: {}", e.getSQLState());
        }
        restore(autoCommit);
        return result;
    }

    /** Whether the connection is not to be used again, whatever the failure was. */
    boolean broken() {
        return broken;
    }

    private void commit() throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            broken = true;
            throw SqlFailures.commitAmbiguous(e) ? new CommitLost(e) : e;
        }
    }

    private void rollback(boolean autoCommit, Throwable reason) {
        try {
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            broken = true;
            reason.addSuppressed(e);
        }
    }

    /** What was to happen has happened by now: a connection that dies here is the pool's business. */
    private void restore(boolean autoCommit) {
        try {
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            broken = true;
            LOGGER.debug("A connection broke after its transaction had ended: SQLSTATE {}", e.getSQLState());
        }
    }

    @Override
    public void close() {
        close(connection);
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOGGER.debug("A connection broke while it was closed: SQLSTATE {}", e.getSQLState());
        }
    }
}
