package dev.tegula.bench;

import dev.tegula.failure.ThrottledException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import java.util.concurrent.atomic.AtomicLong;

/** A KMS that all its users share and that answers so many calls a second; the others it refuses, as AWS KMS throttles. */
final class LimitedKms implements Kms {

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Kms inner;
    private volatile int perSecond = Integer.MAX_VALUE;
    private double tokens;
    private long filledAt = System.nanoTime();
    final AtomicLong answered = new AtomicLong();
    final AtomicLong refused = new AtomicLong();

    LimitedKms(Kms inner) {
        this.inner = inner;
    }

    /** From now on; what was counted is forgotten. */
    synchronized void limit(int calls) {
        perSecond = calls;
        tokens = calls;
        filledAt = System.nanoTime();
        answered.set(0);
        refused.set(0);
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

    private synchronized void call() {
        long now = System.nanoTime();
        tokens = Math.min(perSecond, tokens + (double) perSecond * (now - filledAt) / SECOND_NANOS);
        filledAt = now;
        if (tokens < 1) {
            refused.incrementAndGet();
            throw new ThrottledException("The KMS answers " + perSecond + " calls a second and no more");
        }
        tokens--;
        answered.incrementAndGet();
    }
}
