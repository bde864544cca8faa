package dev.tegula.bench;

import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Kms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A KMS with a network before it: each call takes a time, however many are made at once. */
final class SlowKms implements Kms {

    private final Kms inner;
    private final long nanos;
    final AtomicLong calls = new AtomicLong();

    SlowKms(Kms inner, Duration call) {
        this.inner = inner;
        this.nanos = call.toNanos();
    }

    @Override
    public String provider() {
        return inner.provider();
    }

    @Override
    public Kek kek(String key) {
        return new SlowKek(inner.kek(key));
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

    /** Only what a KMS of one key a call does; what is made of many at once is the interface's own. */
    private final class SlowKek implements Kek {

        private final Kek real;

        SlowKek(Kek real) {
            this.real = real;
        }

        @Override
        public String provider() {
            return real.provider();
        }

        @Override
        public String key() {
            return real.key();
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            call();
            return real.wrap(root, context);
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            call();
            return real.unwrap(wrapped, context);
        }

        @Override
        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
            call();
            return real.rewrap(wrapped, context);
        }

        @Override
        public KekStatus status() {
            return real.status();
        }
    }
}
