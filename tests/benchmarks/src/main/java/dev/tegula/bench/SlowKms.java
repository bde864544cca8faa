package dev.tegula.bench;

import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A KMS with a network before it: each call takes a time, however many are made at once. */
final class SlowKms implements Kms {

    private final Kms inner;
    private volatile long nanos;
    final AtomicLong calls = new AtomicLong();

    SlowKms(Kms inner, Duration call) {
        this.inner = inner;
        this.nanos = call.toNanos();
    }

    /** Each call takes so long from now on. */
    void slow(Duration call) {
        nanos = call.toNanos();
    }

    @Override
    public String provider() {
        return inner.provider();
    }

    @Override
    public Kek kek(String key) {
        return new FrontedKek(inner.kek(key), this::call);
    }

    /** The service goes on when one engine has ended. */
    @Override
    public void close() {}

    private void call() {
        calls.incrementAndGet();
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
