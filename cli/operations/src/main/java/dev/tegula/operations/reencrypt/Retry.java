package dev.tegula.operations.reencrypt;

import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Tries again what may succeed, with growing pauses, about a minute in a row. One for each worker. */
final class Retry {

    private static final int MAX_FAILURES = 35;
    private static final long FIRST_MILLIS = 10;
    private static final long LONGEST_MILLIS = 2_000;

    private final RunControl control;
    private int failures;

    Retry(RunControl control) {
        this.control = control;
    }

    /** Work that is safe to run twice. */
    @FunctionalInterface
    interface Attempt<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    /** Runs the work until it succeeds; a failure that stays is thrown as {@link SqlFailures#of} says. */
    <T extends @Nullable Object> T run(String doing, Attempt<T> work) {
        while (true) {
            try {
                T result = work.run();
                succeeded();
                return result;
            } catch (SQLException e) {
                pause(e, doing);
            }
        }
    }

    void succeeded() {
        failures = 0;
    }

    /** Waits before the next try, or throws if there is to be none. */
    void pause(SQLException e, String doing) {
        failures++;
        if (!SqlFailures.retryable(e) || failures > MAX_FAILURES) {
            throw SqlFailures.of(e, doing);
        }
        long millis = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures, 10));
        if (!control.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1))) {
            throw SqlFailures.of(e, doing);
        }
    }
}
