package dev.tegula.jdbc;

import dev.tegula.failure.UnavailableException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How often and how long a transaction is run again: growing pauses with full jitter, bounded in number and time. */
final class Backoff {

    private static final int ATTEMPTS = 20;
    private static final int UNIQUE_VIOLATIONS = 3;
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 500;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
    private int attempts;
    private int uniqueViolations;

    /** Pauses, if the failed transaction should be run again. */
    boolean again(SqlTrouble failure) {
        attempts++;
        boolean unique = SqlFailures.maybeSerialization(failure.sql()) && ++uniqueViolations <= UNIQUE_VIOLATIONS;
        boolean retryable = unique || SqlFailures.retryable(failure.sql());
        if (!retryable || attempts >= ATTEMPTS || System.nanoTime() - deadlineNanos > 0) {
            return false;
        }
        pause();
        return true;
    }

    private void pause() {
        long ceiling = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts, 10));
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(ceiling) + 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted while waiting to run a transaction again.", e);
        }
    }
}
