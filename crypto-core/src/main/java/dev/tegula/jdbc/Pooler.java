package dev.tegula.jdbc;

import dev.tegula.failure.ConfigurationException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;

/**
 * How a pooler betrays itself that gives each transaction another server connection and does not know that statements were
 * prepared on the one before: a name is there already (42P05), or is not there (26000).
 */
final class Pooler {

    private static final Set<String> STATES = Set.of("42P05", "26000");

    private Pooler() {}

    /** Whether the statement was refused because of a prepared statement's name; then it was not run, not even a COMMIT. */
    static boolean mixedUp(SQLException e) {
        return !state(e).isEmpty();
    }

    /** A pool that could not make a connection names the reason as a cause. */
    private static String state(SQLException e) {
        for (Throwable each : e) {
            if (each instanceof SQLException sql && STATES.contains(Objects.toString(sql.getSQLState()))) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    /** The failure for callers, with the cure. */
    static ConfigurationException cure(SQLException e) {
        return new ConfigurationException(
                "Prepared statements of several connections are mixed up (SQLSTATE " + state(e)
                        + "), as behind a pooler in transaction mode that does not keep them apart. Add prepareThreshold=0 to the"
                        + " JDBC URL, or connect to the server itself, or set max_prepared_statements in PgBouncer 1.21 or newer.",
                SqlFailures.withoutText(e));
    }
}
