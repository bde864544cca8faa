package dev.tegula.test.servers;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets threads through, late or not at all; each comes on a lane, which may be shut alone. */
final class Gate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Object> shutLanes = new HashSet<>();
    private boolean shut;
    private int waiting;
    private Duration delay = Duration.ZERO;

    void shut() {
        change(() -> shut = true);
    }

    void shut(Object lane) {
        change(() -> shutLanes.add(lane));
    }

    void open() {
        change(() -> {
            shut = false;
            shutLanes.clear();
            delay = Duration.ZERO;
        });
    }

    void delay(Duration by) {
        change(() -> delay = by);
    }

    /** Whether that many threads wait, at the latest after that time. */
    boolean awaitWaiting(int count, Duration atMost) {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (waiting < count && left > 0) {
                left = changed.awaitNanos(left);
            }
            return waiting >= count;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the lane is open and the delay is over. */
    void pass(Object lane) {
        lock.lock();
        try {
            long start = System.nanoTime();
            long left = delay.toNanos();
            waiting++;
            changed.signalAll();
            while (isShut(lane) || left > 0) {
                changed.await(isShut(lane) ? TimeUnit.DAYS.toNanos(1) : left, TimeUnit.NANOSECONDS);
                left = delay.toNanos() - (System.nanoTime() - start);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    private boolean isShut(Object lane) {
        return shut || shutLanes.contains(lane);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
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
