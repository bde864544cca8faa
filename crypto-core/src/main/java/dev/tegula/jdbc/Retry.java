package dev.tegula.jdbc;

import dev.tegula.failure.UnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Tries again what may succeed, with pauses that grow and are drawn at random. A failure that stays, or that trying again
 * does not mend, is thrown as {@link SqlFailures#of} says. One for each piece of work; not thread-safe.
 */
public final class Retry {

    private static final int BRIEF_TRIES = 20;
    /** Who meets others meets them again, where many write the same rows. */
    private static final int BRIEF_TRIES_OF_CONFLICTS = 40;

    private static final Duration BRIEF_LIMIT = Duration.ofSeconds(30);
    private static final long BRIEF_LONGEST_MILLIS = 500;
    private static final int PATIENT_TRIES = 36;
    private static final long PATIENT_LONGEST_MILLIS = 2_000;
    private static final int UNIQUE_VIOLATIONS = 3;
    private static final long FIRST_MILLIS = 10;

    private final boolean patient;
    private final Pause pause;
    private final long startNanos = System.nanoTime();
    private int failures;
    private int uniqueViolations;

    private Retry(boolean patient, Pause pause) {
        this.patient = patient;
        this.pause = pause;
    }

    /** How the time between two tries is spent. */
    @FunctionalInterface
    public interface Pause {

        /** Waits; false if there shall be no other try. */
        boolean sleep(long millis);
    }

    /** Work that is safe to run twice. */
    @FunctionalInterface
    public interface Attempt<T extends @Nullable Object> {

        /** One try. */
        T run() throws SQLException;
    }

    /** For an application, which waits: 20 tries in 30 seconds, 40 after conflicts, and none where the server is not there. */
    static Retry brief() {
        return new Retry(false, Retry::sleep);
    }

    /** For work that nobody waits for: 36 tries in a row, about a minute of pauses, also where the server is not there. */
    public static Retry patient(Pause pause) {
        return new Retry(true, pause);
    }

    /**
     * Runs the work until it succeeds.
     *
     * @param doing what is being done, as it stands behind "while" in a failure
     */
    public <T extends @Nullable Object> T run(String doing, Attempt<T> work) {
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

    /** What failed before does not count any more. */
    public void succeeded() {
        failures = 0;
        uniqueViolations = 0;
    }

    /** Waits before the next try, or throws if there is to be none. */
    public void pause(SQLException e, String doing) {
        if (!again(e)) {
            throw SqlFailures.of(e, doing);
        }
    }

    /** Waits, if there is to be another try. */
    boolean again(SQLException e) {
        failures++;
        boolean unique = SqlFailures.maybeSerialization(e) && ++uniqueViolations <= UNIQUE_VIOLATIONS;
        SqlKind kind = SqlKind.of(e);
        boolean mendable =
                switch (kind.again()) {
                    case SOON -> true;
                    case LATER -> patient;
                    case NEVER -> unique;
                };
        if (!mendable || failures >= most(kind) || late()) {
            return false;
        }
        long longest = patient ? PATIENT_LONGEST_MILLIS : BRIEF_LONGEST_MILLIS;
        long millis = Math.min(longest, FIRST_MILLIS << Math.min(failures, 10));
        return pause.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }

    private int most(SqlKind kind) {
        if (patient) {
            return PATIENT_TRIES;
        }
        return kind == SqlKind.CONFLICT ? BRIEF_TRIES_OF_CONFLICTS : BRIEF_TRIES;
    }

    private boolean late() {
        return !patient && System.nanoTime() - startNanos > BRIEF_LIMIT.toNanos();
    }

    private static boolean sleep(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted while waiting to run a transaction again.", e);
        }
    }
}
