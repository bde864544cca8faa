package dev.tegula.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What happens inside one transaction. It may run more than once, so it has no effect outside the database, and it lets
 * every {@link SQLException} through: one that is swallowed leaves a transaction that cannot commit.
 *
 * @param <T> what it gives back
 */
@FunctionalInterface
public interface SqlWork<T extends @Nullable Object> {

    /** Runs on a session that belongs to this call only. */
    T run(Session session) throws SQLException;
}
