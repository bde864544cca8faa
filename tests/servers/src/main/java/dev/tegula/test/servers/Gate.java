package dev.tegula.test.servers;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets threads through, late or not at all. */
final class Gate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean shut;
    private int waiting;
    private Duration delay = Duration.ZERO;

    void shut() {
        change(true, delay);
    }

    void open() {
        change(false, Duration.ZERO);
    }

    void delay(Duration by) {
        change(shut, by);
    }

    boolean awaitWaiting(Duration atMost) {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (waiting == 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            return waiting > 0;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the gate is open and the delay is over. */
    void pass() {
        lock.lock();
        try {
            long start = System.nanoTime();
            long left = delay.toNanos();
            waiting++;
            changed.signalAll();
            while (shut || left > 0) {
                changed.await(shut ? TimeUnit.DAYS.toNanos(1) : left, TimeUnit.NANOSECONDS);
                left = delay.toNanos() - (System.nanoTime() - start);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    private void change(boolean nowShut, Duration nowDelay) {
        lock.lock();
        try {
            shut = nowShut;
            delay = nowDelay;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static IllegalStateException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted at the gate", cause);
    }
}
