package dev.tegula.jdbc;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in transactions on connections of a data source, each with limits of its own, always on the primary (a
 * standby refuses READ WRITE) and with {@code row_security = off}, under which a policy that hides rows is an error and
 * not a smaller answer. Settings end with the transaction; a pooled connection goes back as it came. Thread-safe.
 *
 * <p>Failures come out as {@link SqlFailures#of} says: {@link DeniedException} (login or grants), {@link UnavailableException} (no
 * answer, not serving, or conflicts without end), {@link CommitUnknownException} (the answer to COMMIT got lost), {@link
 * ConfigurationException} (no schema, or another; a constraint said no; a setting lets this login change nothing).
 */
public final class Transactions {

    private final DataSource dataSource;
    private final SqlLog log;
    private final AuditAuthor author;
    private volatile @Nullable Dialect dialect;

    /** Transactions that nobody observes. */
    public Transactions(DataSource dataSource) {
        this(dataSource, SqlLog.none());
    }

    /** Transactions whose statements are shown to the log. */
    public Transactions(DataSource dataSource, SqlLog log) {
        this(dataSource, log, AuditAuthor.application());
    }

    private Transactions(DataSource dataSource, SqlLog log, AuditAuthor author) {
        this.dataSource = dataSource;
        this.log = log;
        this.author = author;
    }

    /** The same, in which somebody else tells what happens. */
    public Transactions by(AuditAuthor teller) {
        return new Transactions(dataSource, log, teller);
    }

    /** Who tells what happens in them: an application, if nothing else was said. */
    public AuditAuthor author() {
        return author;
    }

    /** Where their connections come from. */
    public DataSource dataSource() {
        return dataSource;
    }

    /** The isolation levels in use, as SQL writes them. */
    private enum Isolation {
        SERIALIZABLE,
        REPEATABLE_READ,
        READ_COMMITTED,
        /** Tables are made in the first schema of the login's search path. */
        OF_DDL;

        String sql(Session session) throws SQLException {
            return switch (this) {
                case OF_DDL -> session.dialect().schemaIsolation();
                case REPEATABLE_READ -> session.dialect().snapshotIsolation();
                default -> name().replace('_', ' ');
            };
        }
    }

    /**
     * Runs the work at SERIALIZABLE; after a conflict it is rolled back and run again after a pause, up to 40 times within
     * 30 seconds.
     */
    public <T extends @Nullable Object> T serializable(SqlWork<T> work) {
        return serializable(Timeouts.SHORT, work);
    }

    /** The same with the given limits. */
    public <T extends @Nullable Object> T serializable(Timeouts timeouts, SqlWork<T> work) {
        return repeat(Isolation.SERIALIZABLE, timeouts, work);
    }

    /** Runs the work at READ COMMITTED with the short limits, again after a conflict like {@link #serializable}. */
    public <T extends @Nullable Object> T readCommitted(SqlWork<T> work) {
        return repeat(Isolation.READ_COMMITTED, Timeouts.SHORT, work);
    }

    /** Runs the work at READ COMMITTED with the given limits, again after a conflict like {@link #serializable}. */
    public <T extends @Nullable Object> T readCommitted(Timeouts timeouts, SqlWork<T> work) {
        return repeat(Isolation.READ_COMMITTED, timeouts, work);
    }

    /** The same for work that changes nothing: it is done when it has read, even if its COMMIT gets no answer. */
    public <T extends @Nullable Object> T read(SqlWork<T> work) {
        return read(Timeouts.SHORT, work);
    }

    /** The same with the given limits. */
    public <T extends @Nullable Object> T read(Timeouts timeouts, SqlWork<T> work) {
        return repeat(() -> once(Isolation.READ_COMMITTED, timeouts, work, true));
    }

    /** The same, which sees everything as of one moment. */
    public <T extends @Nullable Object> T snapshot(Timeouts timeouts, SqlWork<T> work) {
        // Asked before: it says how such a transaction begins.
        dialect();
        return repeat(() -> once(Isolation.REPEATABLE_READ, timeouts, work, true));
    }

    /** Runs each statement in a transaction of its own, as CockroachDB wants DDL. */
    public void each(List<String> statements) {
        if (statements.isEmpty()) {
            return;
        }
        // Asked before the first: it says how each of them begins.
        dialect();
        for (String sql : statements) {
            repeat(Isolation.OF_DDL, Timeouts.SHORT, session -> {
                session.execute(sql);
                return sql;
            });
        }
    }

    /** The database behind the data source; asked once. */
    public Dialect dialect() {
        Dialect known = dialect;
        if (known == null) {
            known = read(Session::dialect);
            dialect = known;
        }
        return known;
    }

    private <T extends @Nullable Object> T repeat(Isolation isolation, Timeouts timeouts, SqlWork<T> work) {
        return repeat(() -> once(isolation, timeouts, work, false));
    }

    private <T extends @Nullable Object> T repeat(Supplier<T> transaction) {
        Retry retry = Retry.brief();
        while (true) {
            try {
                return transaction.get();
            } catch (TransactionFailure failure) {
                requireNotSetReadOnly(failure.sql());
                if (!retry.again(failure.sql())) {
                    throw meaning(failure);
                }
            }
        }
    }

    /** A standby may be left on the next connection; a setting stays until somebody changes it. */
    private void requireNotSetReadOnly(SQLException failure) {
        if (SqlKind.of(failure) != SqlKind.READ_ONLY) {
            return;
        }
        Optional<String> reason;
        try {
            reason = once(Isolation.READ_COMMITTED, Timeouts.SHORT, Writable::setting, true);
        } catch (TransactionFailure unknown) {
            return;
        }
        if (reason.isPresent()) {
            throw new ConfigurationException(reason.get(), SqlFailures.withoutText(failure));
        }
    }

    /** A lock that was not to be had is somebody's. */
    private RuntimeException meaning(TransactionFailure failure) {
        if (SqlKind.of(failure.sql()) != SqlKind.HELD) {
            return failure.meaning();
        }
        try {
            List<TableHolder> holders = once(
                    Isolation.READ_COMMITTED,
                    Timeouts.SHORT,
                    session -> TableHolder.of(session, OwnTables.names()).stream()
                            .filter(holder -> holder.use() != TableHolder.Use.READS)
                            .toList(),
                    true);
            return holders.isEmpty() ? failure.meaning() : TableHeldException.of(holders, failure.sql());
        } catch (TransactionFailure unknown) {
            return failure.meaning();
        }
    }

    private <T extends @Nullable Object> T once(
            Isolation isolation, Timeouts timeouts, SqlWork<T> work, boolean reads) {
        SqlWork<T> transaction = session -> {
            begin(session, isolation, timeouts);
            T result = work.run(session);
            requireIntact(session);
            return result;
        };
        try (OpenConnection connection = new OpenConnection(dataSource.getConnection(), log, dialect)) {
            return reads ? connection.read(transaction) : connection.run(transaction);
        } catch (CommitLost e) {
            throw new CommitUnknownException(SqlFailures.withoutText(e));
        } catch (SQLException e) {
            throw new TransactionFailure(e, null);
        }
    }

    private void begin(Session session, Isolation isolation, Timeouts timeouts) throws SQLException {
        Dialect known = dialect;
        List<String> settings = new ArrayList<>();
        settings.add("SET TRANSACTION ISOLATION LEVEL " + isolation.sql(session) + ", READ WRITE");
        List<LocalSetting> local =
                new ArrayList<>(isolation == Isolation.OF_DDL ? SafeSettings.texts() : SafeSettings.all());
        local.addAll(timeouts.settings(session.connection().getMetaData().getDatabaseMajorVersion()));
        if (known != null) {
            local.addAll(SafeSettings.names(known));
        }
        local.forEach(setting -> settings.add(setting.sql()));
        if (isolation == Isolation.OF_DDL) {
            settings.addAll(session.dialect().schemaChange());
        }
        try {
            session.set(settings);
        } catch (SQLException e) {
            if (SqlFailures.state(e).equals(SqlState.FEATURE_NOT_SUPPORTED)) {
                throw new TransactionFailure(
                        e,
                        new UnavailableException(
                                "This server is a standby, a replica in recovery, which may be behind: Tegula reads keys from the primary only. Point"
                                        + " the data source at the primary, for example with targetServerType=primary."));
            }
            String product = session.connection().getMetaData().getDatabaseProductName();
            if (!Dialect.mayBeKnown(product)) {
                throw new TransactionFailure(
                        e,
                        new ConfigurationException(
                                "Tegula works on PostgreSQL and CockroachDB, and this data source leads to "
                                        + product
                                        + ". Give it one that leads to one of these; for an application's tests on another"
                                        + " database there is tegula-test, which keeps keys in memory."));
            }
            throw e;
        }
        if (known == null) {
            learn(session);
        }
    }

    /** The first transaction asks which database it is, and sets then what only some of them know. */
    private void learn(Session session) throws SQLException {
        Dialect learned = session.dialect();
        dialect = learned;
        List<LocalSetting> names = SafeSettings.names(learned);
        if (!names.isEmpty()) {
            session.set(names.stream().map(LocalSetting::sql).toList());
        }
    }

    /** After a failure that the work swallowed, COMMIT rolls back, and the driver reports that as success. */
    private static void requireIntact(Session session) throws SQLException {
        session.execute("SELECT 1");
    }
}
