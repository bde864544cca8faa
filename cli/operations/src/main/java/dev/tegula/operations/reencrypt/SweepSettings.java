package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Timeouts;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * How gently a sweep treats the tables of a running application.
 *
 * @param batchRows rows changed in one transaction at most, 1 to 1,000; fewer while that takes long or others are at them
 * @param batchBytes bytes of ciphertext read in one transaction
 * @param lockTimeout how long one statement waits for a lock; below the server's {@code deadlock_timeout} (1 s)
 * @param statementTimeout how long one statement may run; less than the socket timeout of the driver
 * @param idleTimeout how long the server lets a stopped worker hold a transaction
 * @param stallLimit passes without progress after which the rest is listed and left
 * @param quarantineLimit values that do not open after which the job stops, where they are more than one in a hundred of those
 *     tried: then the key is wrong, not the values
 * @param maxPerSecond values moved in one second by one process; 0 for no limit
 * @param valueBytes bytes of the largest value that is read; a larger one is named and left as it is
 * @param maxLag how far a replica may be behind while rows are moved; zero to go on beside any
 */
public record SweepSettings(
        int batchRows,
        long batchBytes,
        Duration lockTimeout,
        Duration statementTimeout,
        Duration idleTimeout,
        int stallLimit,
        int quarantineLimit,
        double maxPerSecond,
        long valueBytes,
        Duration maxLag) {

    /** What connections of a re-encryption call themselves; triggers may look at it, to leave alone what a sweep writes. */
    static final String APPLICATION = AdoptionTrigger.EXEMPT;

    private static final long LEAST_VALUE_BYTES = 1L << 20;
    private static final long VALUES_IN_HEAP = 32;

    /**
     * Checks the ranges.
     *
     * @throws ConfigurationException outside of them
     */
    public SweepSettings {
        if (batchRows < 1
                || batchRows > 1000
                || batchBytes < 1
                || valueBytes < 1
                || stallLimit < 1
                || quarantineLimit < 0
                || !(maxPerSecond >= 0)) {
            throw new ConfigurationException("A sweep takes 1 to 1,000 rows and at least one byte a batch, at least one"
                    + " stall, and no negative limits, not " + batchRows + ", " + batchBytes + ", " + stallLimit + ", "
                    + quarantineLimit + " and " + maxPerSecond + ".");
        }
        requirePositive(lockTimeout, "lock timeout");
        requirePositive(statementTimeout, "statement timeout");
        requirePositive(idleTimeout, "idle timeout");
        if (maxLag.isNegative()) {
            throw new ConfigurationException("The longest lag of a replica must be zero or more, not " + maxLag + ".");
        }
    }

    /**
     * What suits a busy table: 1,000 rows, 4 MiB, 200 ms, 30 s, 10 s, 5 stalls, 100 values, no rate limit; values of
     * up to a 32nd of the heap, of which several are held, decrypted and encrypted; and replicas that are 30 s behind.
     */
    public static SweepSettings standard() {
        return new SweepSettings(
                1_000,
                4L << 20,
                Duration.ofMillis(200),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                5,
                100,
                0,
                Math.max(LEAST_VALUE_BYTES, Runtime.getRuntime().maxMemory() / VALUES_IN_HEAP),
                Duration.ofSeconds(30));
    }

    /** The same with another batch size. */
    public SweepSettings withBatchRows(int rows) {
        return new SweepSettings(
                rows,
                batchBytes,
                lockTimeout,
                statementTimeout,
                idleTimeout,
                stallLimit,
                quarantineLimit,
                maxPerSecond,
                valueBytes,
                maxLag);
    }

    /** The same with a rate limit, in values a second; 0 for none. */
    public SweepSettings withMaxPerSecond(double values) {
        return new SweepSettings(
                batchRows,
                batchBytes,
                lockTimeout,
                statementTimeout,
                idleTimeout,
                stallLimit,
                quarantineLimit,
                values,
                valueBytes,
                maxLag);
    }

    /** The same with other limits of stalls and of values that do not open. */
    public SweepSettings withLimits(int stalls, int quarantined) {
        return new SweepSettings(
                batchRows,
                batchBytes,
                lockTimeout,
                statementTimeout,
                idleTimeout,
                stalls,
                quarantined,
                maxPerSecond,
                valueBytes,
                maxLag);
    }

    /** The same with another longest wait for a lock. */
    public SweepSettings withLockTimeout(Duration timeout) {
        return new SweepSettings(
                batchRows,
                batchBytes,
                timeout,
                statementTimeout,
                idleTimeout,
                stallLimit,
                quarantineLimit,
                maxPerSecond,
                valueBytes,
                maxLag);
    }

    /** The same with another largest value. */
    public SweepSettings withValueBytes(long bytes) {
        return new SweepSettings(
                batchRows,
                batchBytes,
                lockTimeout,
                statementTimeout,
                idleTimeout,
                stallLimit,
                quarantineLimit,
                maxPerSecond,
                bytes,
                maxLag);
    }

    /** The same with another longest lag of a replica; zero to go on beside any. */
    public SweepSettings withMaxLag(Duration lag) {
        return new SweepSettings(
                batchRows,
                batchBytes,
                lockTimeout,
                statementTimeout,
                idleTimeout,
                stallLimit,
                quarantineLimit,
                maxPerSecond,
                valueBytes,
                lag);
    }

    /** Rows that are read at once where none of them is locked: ten times a batch, at most 1,000. */
    int pageRows() {
        return Math.min(1_000, 10 * batchRows);
    }

    /** A connection for work on the tables of an application. */
    KeptConnection connection(DataSource source) {
        Timeouts limits = new Timeouts(statementTimeout, lockTimeout, idleTimeout, statementTimeout.plus(idleTimeout));
        return new KeptConnection(source, limits, APPLICATION, DirectConnection::is);
    }

    private static void requirePositive(Duration value, String name) {
        if (value.isNegative() || value.isZero()) {
            throw new ConfigurationException("The " + name + " of a sweep must be positive, not " + value + ".");
        }
    }
}
