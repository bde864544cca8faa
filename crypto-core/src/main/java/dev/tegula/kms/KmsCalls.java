package dev.tegula.kms;

import dev.tegula.failure.FailureKind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The calls of one KEK to its service since the start, with their retries as one call each. */
public final class KmsCalls {

    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private volatile @Nullable FailureKind last;

    KmsCalls() {}

    void add(long tookNanos, @Nullable FailureKind failure) {
        (failure == null ? answered : failed).increment();
        nanos.add(tookNanos);
        last = failure;
    }

    /** Why the last call failed; empty if it was answered. */
    public Optional<FailureKind> trouble() {
        return Optional.ofNullable(last);
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
