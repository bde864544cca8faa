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

    /** For many rows of Tegula's own, large ones too: each statement is small or one read, their transaction is longer. */
    public static final Timeouts MANY =
            new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofMinutes(5));

    /** For reading tables of users: takes as long as it takes, and holds no lock that a writer waits for. */
    public static final Timeouts SCAN =
            new Timeouts(Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ZERO);

    /** The same without limits of statements and of the transaction. */
    Timeouts patient() {
        return new Timeouts(Duration.ZERO, lock, idle, Duration.ZERO);
    }

    List<LocalSetting> settings(int majorVersion) {
        List<LocalSetting> settings = new ArrayList<>();
        settings.add(milliseconds("statement_timeout", statement));
        settings.add(milliseconds("lock_timeout", lock));
        settings.add(milliseconds("idle_in_transaction_session_timeout", idle));
        if (Dialect.limitsTransactions(majorVersion)) {
            settings.add(milliseconds("transaction_timeout", transaction));
        }
        return settings;
    }

    private static LocalSetting milliseconds(String name, Duration duration) {
        return LocalSetting.of(name, duration.toMillis() + "ms");
    }
}
