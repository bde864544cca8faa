package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Retry;
import java.util.function.LongUnaryOperator;

/**
 * The handle by which a running sweep, verification or rotation is paused and stopped. Stopping waits for the batch in
 * flight, never cuts one; all state is in the database, so it can be run again. Thread-safe; safe in a shutdown hook.
 */
public final class RunControl {

    private final LongUnaryOperator pauses;
    private boolean stopped;
    private boolean paused;

    /** Neither stopped nor paused. */
    public RunControl() {
        this(millis -> millis);
    }

    /**
     * One whose {@link #sleep}s last for what this makes of the milliseconds that were asked for: a schedule that is handed in.
     */
    RunControl(LongUnaryOperator pauses) {
        this.pauses = pauses;
    }

    /** Asks to stop after the current batch; final. */
    public synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    /** Asks to wait after the current batch. */
    public synchronized void pause() {
        paused = true;
    }

    /** Ends a pause. */
    public synchronized void resume() {
        paused = false;
        notifyAll();
    }

    /** Whether {@link #stop} was called. */
    public synchronized boolean stopped() {
        return stopped;
    }

    /** Waits while paused. An interrupt counts as a stop of the calling thread and stays set. Returns whether to go on. */
    synchronized boolean proceed() {
        while (paused && !stopped) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return !stopped && !Thread.currentThread().isInterrupted();
    }

    /**
     * Sleeps, but wakes up when stopped. An interrupt stays set.
     *
     * @return whether to go on
     */
    public synchronized boolean sleep(long millis) {
        long end = System.nanoTime() + pauses.applyAsLong(millis) * 1_000_000;
        try {
            while (!stopped) {
                long left = (end - System.nanoTime() + 999_999) / 1_000_000;
                if (left <= 0) {
                    return true;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Tries again with pauses that a stop ends. */
    Retry retry() {
        return Retry.patient(this::sleep);
    }
}
