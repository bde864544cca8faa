package dev.tegula.outage;

import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Kms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Another KMS, with its unwraps and all its calls counted, and the time of the last one that was answered. */
final class CountingKms implements Kms {

    private final Kms kms;
    private final AtomicInteger unwraps = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong answered = new AtomicLong();

    CountingKms(Kms kms) {
        this.kms = kms;
    }

    /** When the last unwrap that was answered had been asked for, by {@link System#nanoTime}. */
    long lastAnswered() {
        return answered.get();
    }

    int unwraps() {
        return unwraps.get();
    }

    int calls() {
        return calls.get();
    }

    @Override
    public String provider() {
        return kms.provider();
    }

    @Override
    public Kek kek(String key) {
        return new Counted(kms.kek(key));
    }

    @Override
    public void close() {
        kms.close();
    }

    private final class Counted implements Kek {

        private final Kek kek;

        Counted(Kek kek) {
            this.kek = kek;
        }

        @Override
        public String provider() {
            return kek.provider();
        }

        @Override
        public String key() {
            return kek.key();
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            calls.incrementAndGet();
            return kek.wrap(root, context);
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            calls.incrementAndGet();
            unwraps.incrementAndGet();
            long asked = System.nanoTime();
            byte[] root = kek.unwrap(wrapped, context);
            answered.set(asked);
            return root;
        }

        @Override
        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
            calls.incrementAndGet();
            return kek.rewrap(wrapped, context);
        }

        @Override
        public KekStatus status() {
            calls.incrementAndGet();
            return kek.status();
        }
    }
}
