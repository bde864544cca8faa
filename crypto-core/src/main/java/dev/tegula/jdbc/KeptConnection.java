package dev.tegula.jdbc;

import dev.tegula.failure.ConfigurationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One connection, kept for many transactions and made again when it breaks: for work on users' tables, which steps back behind
 * applications. Every transaction begins with its level, its limits and {@link SafeSettings}, in one round trip, and ends with
 * them: behind a pooler the next statement on the same server connection may be the application's. Nothing is run again here;
 * {@link Retry} does that. Not thread-safe.
 *
 * <p>All methods throw the {@link SQLException} as it came, for {@link SqlFailures} to tell what it means; only a database whose
 * settings let this login change nothing is a {@link ConfigurationException} at once, which names the setting.
 */
public final class KeptConnection implements AutoCloseable {

    private final DataSource source;
    private final Timeouts timeouts;
    private final String application;
    private final Predicate<Connection> direct;
    private @Nullable OpenConnection open;
    private @Nullable SessionPath path;
    private @Nullable Dialect dialect;

    /**
     * Connects when the first transaction begins.
     *
     * @param timeouts the limits of each transaction
     * @param application the {@code application_name} of its transactions: letters, digits and hyphens
     * @param direct whether nothing gives the session behind a connection to others between two transactions: then its search path
     *     is set once, and the driver keeps what it has prepared
     */
    public KeptConnection(DataSource source, Timeouts timeouts, String application, Predicate<Connection> direct) {
        if (!application.matches("[a-z0-9-]+")) {
            throw new IllegalArgumentException("An application name has letters, digits and hyphens: " + application);
        }
        this.source = source;
        this.timeouts = timeouts;
        this.application = application;
        this.direct = direct;
    }

    /** The database; connects if need be. */
    public Dialect dialect() throws SQLException {
        connect();
        return known();
    }

    /** Runs one transaction at the level of changes to users' rows. */
    public <T extends @Nullable Object> T once(SqlWork<T> work) throws SQLException {
        return run(dialect().rowIsolation(), timeouts, work);
    }

    /** The same, with statements that may take as long as they need (a scan that holds no lock of users). */
    public <T extends @Nullable Object> T patient(SqlWork<T> work) throws SQLException {
        return run(dialect().rowIsolation(), timeouts.patient(), work);
    }

    /** One transaction that only reads, all of it as of one moment, however long its statements take. */
    public <T extends @Nullable Object> T snapshot(SqlWork<T> work) throws SQLException {
        return run(dialect().snapshotIsolation(), timeouts.patient(), work);
    }

    /** One transaction that is serializable against the registry's changes; short, and never over users' tables. */
    public <T extends @Nullable Object> T serializable(SqlWork<T> work) throws SQLException {
        return run(Dialect.SERIALIZABLE, timeouts, work);
    }

    private <T extends @Nullable Object> T run(String isolation, Timeouts limits, SqlWork<T> work) throws SQLException {
        OpenConnection current = connect();
        try {
            return current.run(session -> {
                session.set(opening(isolation, limits));
                return work.run(session);
            });
        } catch (SQLException e) {
            if (SqlFailures.connectionLost(e)) {
                close();
            }
            if (SqlKind.of(e) == SqlKind.READ_ONLY) {
                requireNotSet(e);
            }
            throw e;
        } finally {
            if (current.broken()) {
                close();
            }
        }
    }

    private List<String> opening(String isolation, Timeouts limits) {
        List<LocalSetting> settings = new ArrayList<>(limits.settings(known().majorVersion()));
        settings.add(LocalSetting.of("application_name", application));
        settings.addAll(SafeSettings.printed(known()));
        List<String> statements = new ArrayList<>();
        statements.add(known().backgroundLevel(isolation));
        statements.addAll(known().local(settings));
        statements.addAll(known().background());
        return statements;
    }

    /** A standby may be left on the next connection; a setting stays until somebody changes it. */
    private void requireNotSet(SQLException readOnly) {
        Optional<String> reason;
        try {
            reason = once(Writable::setting);
        } catch (SQLException e) {
            readOnly.addSuppressed(SqlFailures.withoutText(e));
            return;
        }
        if (reason.isPresent()) {
            throw new ConfigurationException(reason.get(), SqlFailures.withoutText(readOnly));
        }
    }

    private OpenConnection connect() throws SQLException {
        OpenConnection current = open;
        if (current == null) {
            Connection made = source.getConnection();
            try {
                // A pool may hand out connections that open a transaction with their first statement.
                made.setAutoCommit(true);
                dialect = new Session(made, SqlLog.none(), null).dialect();
                if (Writable.recovers(made, dialect)) {
                    // It may be behind; what is counted and compared there would be told as what the primary holds.
                    throw new SQLException("The server is a standby", SqlState.READ_ONLY);
                }
                path = dialect.keepsPlans() && direct.test(made) ? SessionPath.set(made) : null;
            } catch (SQLException e) {
                OpenConnection.close(made);
                throw e;
            }
            current = new OpenConnection(made, SqlLog.none(), dialect);
            open = current;
        }
        return current;
    }

    private Dialect known() {
        if (dialect == null) {
            throw new IllegalStateException("Not connected");
        }
        return dialect;
    }

    /** Gives the connection back; the next transaction makes a new one. */
    @Override
    public void close() {
        OpenConnection current = open;
        SessionPath changed = path;
        open = null;
        path = null;
        if (changed != null) {
            changed.restore();
        }
        if (current != null) {
            current.close();
        }
    }
}
