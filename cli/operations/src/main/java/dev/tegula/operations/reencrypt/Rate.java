package dev.tegula.operations.reencrypt;

import java.util.function.LongSupplier;

/** Spreads values evenly over time: at most so many a second in this process. Thread-safe. */
final class Rate {

    private final double perSecond;
    private final LongSupplier nanoTime;
    private long freeAt;

    Rate(double perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.freeAt = nanoTime.getAsLong();
    }

    /** Books values and gives the milliseconds to wait before the next. */
    synchronized long book(long values) {
        if (perSecond == 0) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        freeAt = Math.max(freeAt, now) + (long) (values / perSecond * 1e9);
        return (freeAt - now) / 1_000_000;
    }
}
