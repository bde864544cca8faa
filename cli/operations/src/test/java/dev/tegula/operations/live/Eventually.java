package dev.tegula.operations.live;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what must come; how long that takes is the machine's affair. */
public final class Eventually {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private Eventually() {}

    /** Returns when it is true; fails after five minutes. */
    public static void isTrue(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted before: " + what, e);
            }
        }
    }
}
