package dev.tegula.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs an application's transaction at SERIALIZABLE, and again after a conflict: what CockroachDB asks of every application, and
 * PostgreSQL of those that use that level.
 */
public final class Serializable {

    private Serializable() {}

    /**
     * What happens in the transaction. It may run more than once, so it has no effect outside the database, and it lets every
     * failure of the connection through.
     *
     * @param <T> what it gives back
     */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {

        /** Runs on a connection inside the transaction, which it neither commits nor rolls back. */
        T run(Connection connection) throws SQLException;
    }

    /**
     * Runs the work in one serializable transaction of a connection of its own. After a serialization conflict (SQLSTATE 40001) or a
     * deadlock (40P01), also one that COMMIT reports or an exception has as its cause, the transaction is rolled back and run again
     * after a pause drawn at random, up to 40 times within 30 seconds; whatever else fails is thrown at once.
     *
     * @throws CommitUnknownException if the answer to COMMIT got lost: the change is either complete or absent, so the work is
     *     not run again here. Look for what it would have written, by a key of your own, before it is
     * @throws SQLException as it came, after a rollback; the last one if the conflicts do not end
     */
    public static <T extends @Nullable Object> T run(DataSource source, Work<T> work) throws SQLException {
        return run(source, Retry.brief(), work);
    }

    static <T extends @Nullable Object> T run(DataSource source, Retry retry, Work<T> work) throws SQLException {
        while (true) {
            try {
                return once(source, work);
            } catch (SQLException | RuntimeException e) {
                Optional<SQLException> conflict = e instanceof CommitUnknownException ? Optional.empty() : conflict(e);
                if (conflict.isEmpty() || !retry.again(conflict.get())) {
                    throw e;
                }
            }
        }
    }

    private static Optional<SQLException> conflict(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException e && SqlFailures.conflict(e)) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    private static <T extends @Nullable Object> T once(DataSource source, Work<T> work) throws SQLException {
        try (OpenConnection connection = new OpenConnection(source.getConnection(), SqlLog.none(), null)) {
            return connection.run(session -> {
                session.execute("SET TRANSACTION ISOLATION LEVEL " + Dialect.SERIALIZABLE);
                T result = work.run(session.connection());
                // After a failure that the work swallowed, COMMIT rolls back, and some drivers report that as success.
                session.execute("SELECT 1");
                return result;
            });
        } catch (CommitLost e) {
            throw CommitUnknownException.ofApplication(SqlFailures.withoutText(e));
        }
    }
}
