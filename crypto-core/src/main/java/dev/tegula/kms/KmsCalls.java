package dev.tegula.kms;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** The calls of one KEK to its service since the start, with their retries as one call each. */
public final class KmsCalls {

    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    KmsCalls() {}

    void add(long tookNanos, boolean good) {
        (good ? answered : failed).increment();
        nanos.add(tookNanos);
    }

    /** Calls that were answered. */
    public long answered() {
        return answered.sum();
    }

    /** Calls that were denied, or not answered, or whose answer was not usable. */
    public long failed() {
        return failed.sum();
    }

    /** How long all of them took together. */
    public Duration time() {
        return Duration.ofNanos(nanos.sum());
    }
}
