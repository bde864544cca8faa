package dev.tegula.kms.vault;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A clock and a timer that stand still until they are told. */
final class ManualTime implements InstantSource, RenewalTimer {

    /** No jitter: always the longest of what is possible. */
    static final RandomGenerator LATEST = () -> 0L;

    private Instant now = Instant.parse("2026-11-21T10:00:00Z");
    private @Nullable Runnable planned;
    private Duration delay = Duration.ZERO;
    private boolean closed;

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public void after(Duration later, Runnable task) {
        planned = task;
        delay = later;
    }

    /** How far away the next renewal is. */
    Duration delay() {
        return delay;
    }

    boolean planned() {
        return planned != null;
    }

    boolean closed() {
        return closed;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** Lets time pass until the renewal, and runs it. */
    void runPlanned() {
        Runnable task = planned;
        if (task == null) {
            throw new AssertionError("nothing is planned");
        }
        planned = null;
        pass(delay);
        task.run();
    }

    @Override
    public void close() {
        closed = true;
        planned = null;
    }
}
