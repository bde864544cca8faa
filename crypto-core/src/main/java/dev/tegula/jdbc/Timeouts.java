package dev.tegula.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The limits of one transaction, set with SET LOCAL, so that a stopped process never holds rows of users. The driver's
 * {@code socketTimeout} must be longer than {@code statement}.
 *
 * @param statement longest statement
 * @param lock longest wait for a lock
 * @param idle longest pause between statements
 * @param transaction longest transaction, where the server can limit it (PostgreSQL 17 and later)
 */
public record Timeouts(Duration statement, Duration lock, Duration idle, Duration transaction) {

    /** For Tegula's own small tables. */
    public static final Timeouts SHORT =
            new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(20));

    /** For reading tables of users: takes as long as it takes, and holds no lock that a writer waits for. */
    public static final Timeouts SCAN =
            new Timeouts(Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ZERO);

    /** The same without limits of statements and of the transaction. */
    Timeouts patient() {
        return new Timeouts(Duration.ZERO, lock, idle, Duration.ZERO);
    }

    List<String> settings(int majorVersion) {
        List<String> settings = new ArrayList<>();
        settings.add("SET LOCAL statement_timeout = " + statement.toMillis());
        settings.add("SET LOCAL lock_timeout = " + lock.toMillis());
        settings.add("SET LOCAL idle_in_transaction_session_timeout = " + idle.toMillis());
        if (Dialect.limitsTransactions(majorVersion)) {
            settings.add("SET LOCAL transaction_timeout = " + transaction.toMillis());
        }
        return settings;
    }
}
