package dev.tegula.jdbc;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work in transactions on connections of a data source, each with limits of its own, always on the primary (a
 * standby refuses READ WRITE) and with {@code row_security = off}, under which a policy that hides rows is an error and
 * not a smaller answer. Settings end with the transaction; a pooled connection goes back as it came. Thread-safe.
 *
 * <p>Failures come out as {@link DeniedException} (login or grants), {@link UnavailableException} (no answer, not serving,
 * or conflicts without end), {@link CommitUnknownException} (the answer to COMMIT got lost), {@link ConfigurationException}
 * (no schema, or of another version), {@link RefusedException} (a constraint said no).
 */
public final class Transactions {

    private static final Logger LOGGER = LoggerFactory.getLogger(Transactions.class);

    private final DataSource dataSource;
    private final SqlLog log;
    private volatile @Nullable Engine engine;

    /** Transactions that nobody observes. */
    public Transactions(DataSource dataSource) {
        this(dataSource, SqlLog.none());
    }

    /** Transactions whose statements are shown to the log. */
    public Transactions(DataSource dataSource, SqlLog log) {
        this.dataSource = dataSource;
        this.log = log;
    }

    /** The isolation levels in use, as SQL writes them. */
    private enum Isolation {
        SERIALIZABLE,
        REPEATABLE_READ,
        READ_COMMITTED,
        /** Tables are made in the first schema of the login's search path. */
        OF_DDL;

        String sql() {
            return this == OF_DDL ? READ_COMMITTED.sql() : name().replace('_', ' ');
        }
    }

    /**
     * Runs the work at SERIALIZABLE; after a conflict it is rolled back and run again after a pause, up to 20 times within
     * 30 seconds.
     */
    public <T extends @Nullable Object> T serializable(SqlWork<T> work) {
        return repeat(Isolation.SERIALIZABLE, Timeouts.SHORT, work);
    }

    /** Runs the work at READ COMMITTED with the short limits, again after a conflict like {@link #serializable}. */
    public <T extends @Nullable Object> T readCommitted(SqlWork<T> work) {
        return repeat(Isolation.READ_COMMITTED, Timeouts.SHORT, work);
    }

    /** Runs the work at READ COMMITTED with the given limits, again after a conflict like {@link #serializable}. */
    public <T extends @Nullable Object> T readCommitted(Timeouts timeouts, SqlWork<T> work) {
        return repeat(Isolation.READ_COMMITTED, timeouts, work);
    }

    /** Runs the work as of one moment, with the given limits, again after a conflict like {@link #serializable}. */
    public <T extends @Nullable Object> T snapshot(Timeouts timeouts, SqlWork<T> work) {
        return repeat(Isolation.REPEATABLE_READ, timeouts, work);
    }

    /** Runs each statement in a transaction of its own, as CockroachDB wants DDL, at its default isolation. */
    public void each(List<String> statements) {
        for (String sql : statements) {
            repeat(Isolation.OF_DDL, Timeouts.SHORT, session -> {
                session.execute(sql);
                return sql;
            });
        }
    }

    /** The database behind the data source; asked once. */
    public Engine engine() {
        Engine known = engine;
        if (known == null) {
            known = Engine.ofVersion(readCommitted(Transactions::version));
            engine = known;
        }
        return known;
    }

    private static String version(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT version()");
                ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    private <T extends @Nullable Object> T repeat(Isolation isolation, Timeouts timeouts, SqlWork<T> work) {
        Backoff backoff = new Backoff();
        while (true) {
            try {
                return once(isolation, timeouts, work);
            } catch (SqlTrouble trouble) {
                if (!backoff.again(trouble)) {
                    throw meaning(trouble);
                }
            }
        }
    }

    /** A lock that was not to be had is somebody's. */
    private RuntimeException meaning(SqlTrouble trouble) {
        if (!TableHolders.waitedFor(trouble.sql())) {
            return trouble.meaning();
        }
        try {
            List<String> holders = once(Isolation.READ_COMMITTED, Timeouts.SHORT, TableHolders::read);
            return holders.isEmpty() ? trouble.meaning() : TableHolders.failure(holders, trouble.sql());
        } catch (SqlTrouble unknown) {
            return trouble.meaning();
        }
    }

    private <T extends @Nullable Object> T once(Isolation isolation, Timeouts timeouts, SqlWork<T> work) {
        Connection connection = null;
        try {
            connection = dataSource.getConnection();
            return once(connection, isolation, timeouts, work);
        } catch (SQLException e) {
            throw new SqlTrouble(e, null);
        } finally {
            close(connection);
        }
    }

    private <T extends @Nullable Object> T once(
            Connection connection, Isolation isolation, Timeouts timeouts, SqlWork<T> work) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        T result;
        try {
            Session session = new Session(connection, log);
            begin(session, isolation, timeouts);
            result = work.run(session);
            requireIntact(session);
        } catch (SQLException | RuntimeException | Error e) {
            rollback(connection, autoCommit, e);
            throw e;
        }
        commit(connection);
        restore(connection, autoCommit);
        return result;
    }

    private static void begin(Session session, Isolation isolation, Timeouts timeouts) throws SQLException {
        List<String> settings = new ArrayList<>();
        settings.add("SET TRANSACTION ISOLATION LEVEL " + isolation.sql() + ", READ WRITE");
        settings.addAll(isolation == Isolation.OF_DDL ? SafeSettings.texts() : SafeSettings.all());
        settings.addAll(timeouts.settings(session.connection().getMetaData().getDatabaseMajorVersion()));
        try {
            session.set(settings);
        } catch (SQLException e) {
            if ("0A000".equals(e.getSQLState())) {
                throw new SqlTrouble(
                        e,
                        new UnavailableException(
                                "This server is a standby, a replica in recovery, which may be behind: Tegula reads keys from the primary only. Point"
                                        + " the data source at the primary, for example with targetServerType=primary."));
            }
            throw e;
        }
    }

    /** After a failure that the work swallowed, COMMIT rolls back, and the driver reports that as success. */
    private static void requireIntact(Session session) throws SQLException {
        session.execute("SELECT 1");
    }

    private static void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (SqlFailures.commitAmbiguous(e)) {
                throw new CommitUnknownException(SqlFailures.withoutText(e));
            }
            throw e;
        }
    }

    private static void rollback(Connection connection, boolean autoCommit, Throwable reason) {
        try {
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    /** What was to happen has happened by now: a connection that dies here is the pool's business. */
    private static void restore(Connection connection, boolean autoCommit) {
        try {
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            LOGGER.debug("A connection broke after its transaction had ended: SQLSTATE {}", e.getSQLState());
        }
    }

    private static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            LOGGER.debug("A connection broke while it was closed: SQLSTATE {}", e.getSQLState());
        }
    }
}
