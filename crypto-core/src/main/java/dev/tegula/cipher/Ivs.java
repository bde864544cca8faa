package dev.tegula.cipher;

import java.security.SecureRandom;

/**
 * Random IVs, drawn a few at a time, so that not every value pays for a draw. They are kept for as long as the JDK's own
 * generator keeps bytes of the kernel, so that a copy of a running process repeats them no longer than it would anyway. For
 * one thread at a time.
 */
final class Ivs {

    static final int IV_BYTES = 12;
    private static final int AT_ONCE = 32;
    private static final long NANOS = 100_000_000L;

    private final SecureRandom random;
    private byte[] drawn = {};
    private int used;
    private long drawnNanos;

    Ivs(SecureRandom random) {
        this.random = random;
    }

    /**
     * Writes 12 bytes that were used for nothing else.
     *
     * @param now monotonic clock in nanoseconds
     */
    void next(byte[] target, int offset, long now) {
        if (used == drawn.length || now - drawnNanos >= NANOS) {
            byte[] fresh = new byte[IV_BYTES * AT_ONCE];
            random.nextBytes(fresh);
            drawn = fresh;
            used = 0;
            drawnNanos = now;
        }
        System.arraycopy(drawn, used, target, offset, IV_BYTES);
        used += IV_BYTES;
    }
}
