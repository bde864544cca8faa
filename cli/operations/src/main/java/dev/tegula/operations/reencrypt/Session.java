package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Pooler;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One connection, made again when it breaks, on which every transaction starts with the level and limits of {@link
 * Engine#begin}. Outside of transactions nothing is set: behind a pooler the next statement on the same server connection may
 * be the application's. Not thread-safe.
 */
final class Session implements AutoCloseable {

    private final DataSource source;
    private final SweepSettings settings;
    private @Nullable Connection connection;
    private @Nullable Engine engine;

    Session(DataSource source, SweepSettings settings) {
        this.source = source;
        this.settings = settings;
    }

    /** Work inside one transaction. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    Engine engine() throws SQLException {
        connect();
        return Objects.requireNonNull(engine);
    }

    /**
     * Runs one transaction, once.
     *
     * @throws SqlFailures.CommitFailure if COMMIT failed, so that nobody knows
     */
    <T extends @Nullable Object> T once(Work<T> work) throws SQLException {
        return once(work, engine().isolation(), settings.statementTimeout().toMillis());
    }

    /** One transaction that only reads, all of it as of one moment, however long its statements take. */
    <T> T snapshot(Work<T> work) throws SQLException {
        return once(work, engine().snapshotIsolation(), 0);
    }

    /** One transaction that is serializable against the registry's changes; short, and never over users' tables. */
    <T> T serializable(Work<T> work) throws SQLException {
        return once(work, Engine.SERIALIZABLE, settings.statementTimeout().toMillis());
    }

    /** One transaction whose statements may take as long as they need (a scan that holds no lock of users). */
    <T extends @Nullable Object> T patient(Work<T> work) throws SQLException {
        return once(work, engine().isolation(), 0);
    }

    private <T extends @Nullable Object> T once(Work<T> work, String isolation, long statementMillis)
            throws SQLException {
        Connection open = connect();
        T result;
        boolean worked = false;
        try {
            open.setAutoCommit(false);
            try (Statement statement = open.createStatement()) {
                statement.execute(engine().begin(isolation, settings, statementMillis));
            }
            result = work.on(open);
            worked = true;
        } catch (SQLException e) {
            if (SqlFailures.connectionLost(e)) {
                close();
            }
            throw e;
        } finally {
            if (!worked) {
                rollback();
            }
        }
        try {
            open.commit();
            open.setAutoCommit(true);
            return result;
        } catch (SQLException e) {
            close();
            throw Pooler.mixedUp(e) ? e : new SqlFailures.CommitFailure(e);
        }
    }

    private Connection connect() throws SQLException {
        Connection current = connection;
        if (current == null) {
            current = source.getConnection();
            try {
                // A pool may hand out connections that open a transaction with their first statement.
                current.setAutoCommit(true);
                engine = Engine.of(current);
            } catch (SQLException e) {
                close(current);
                throw e;
            }
            connection = current;
        }
        return current;
    }

    private void rollback() {
        Connection current = connection;
        if (current == null) {
            return;
        }
        try {
            current.rollback();
            current.setAutoCommit(true);
        } catch (SQLException e) {
            close();
        }
    }

    /** Gives the connection back; the next transaction makes a new one. */
    @Override
    public void close() {
        Connection current = connection;
        connection = null;
        if (current != null) {
            close(current);
        }
    }

    private static void close(Connection broken) {
        try {
            broken.close();
        } catch (SQLException e) {
            // It is broken, which is why it is closed.
        }
    }
}
