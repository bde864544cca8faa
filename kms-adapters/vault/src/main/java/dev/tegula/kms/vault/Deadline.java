package dev.tegula.kms.vault;

import java.time.Duration;

/** When a call must have ended, with all its attempts and a login; in ticks of {@link System#nanoTime()}. */
record Deadline(long startNanos, long endNanos) {

    static Deadline after(Duration limit) {
        long now = System.nanoTime();
        return new Deadline(now, now + limit.toNanos());
    }

    /** What is left; zero once it is over. */
    Duration remaining() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }
}
