package dev.tegula.keyring;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Counts the calls in flight, and once shut lets no other begin. A call costs two additions that threads do not contend
 * for: its beginning, and its end, which for a value is its entry in the counts.
 */
final class CallGate {

    private static final long LOOK_NANOS = 1_000_000;

    private final LongAdder begun = new LongAdder();
    /** The ends of calls that are no values in the counts. */
    private final LongAdder ended = new LongAdder();

    private final KeyringCounts counts;
    private final LongSupplier nanoTime;
    private volatile boolean shut;
    private volatile boolean over;

    CallGate(KeyringCounts counts, LongSupplier nanoTime) {
        this.counts = counts;
        this.nanoTime = nanoTime;
    }

    /**
     * A call begins; it must {@link #end}, or end as a value in the counts.
     *
     * @throws IllegalStateException if it is shut
     */
    void begin() {
        // First counted, then asked: the thread that shuts it sees this call, or this call sees that.
        begun.increment();
        if (shut) {
            ended.increment();
            refuse();
        }
    }

    void end() {
        ended.increment();
    }

    /**
     * Lets pass what calls in flight need.
     *
     * @throws IllegalStateException if it is over
     */
    void requireServing() {
        if (over) {
            refuse();
        }
    }

    /** From now on no call begins; those in flight go on. False if it was shut before. */
    synchronized boolean shut() {
        boolean first = !shut;
        shut = true;
        return first;
    }

    /** From now on nothing is served, whether a call is still in flight or not. */
    void finish() {
        over = true;
    }

    /** Waits for the calls that began before; false if some still run after that time, or the thread was interrupted. */
    boolean awaitQuiet(Duration atMost) {
        long start = nanoTime.getAsLong();
        while (!quiet()) {
            if (nanoTime.getAsLong() - start >= atMost.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                return quiet();
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
        return true;
    }

    /** The ends are read first: each was a beginning before, so that no call is missed. */
    private boolean quiet() {
        long over = ended.sum() + counts.encrypted() + counts.decrypted();
        return begun.sum() == over;
    }

    private static void refuse() {
        throw new IllegalStateException(
                "This Tegula was closed: nothing is encrypted or decrypted any more. Close it after"
                        + " whatever uses it (the EntityManagerFactory, the pool, the servers).");
    }
}
