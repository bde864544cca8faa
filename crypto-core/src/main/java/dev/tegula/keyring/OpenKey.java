package dev.tegula.keyring;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.registry.KeyRow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A data key that was opened, and until when it may serve. Ages count from before the registry and the KMS were asked.
 * Freshness is one comparison with {@link #refreshAtNanos}; a failed refresh moves that on to its next attempt, but never
 * past the hard limit.
 */
final class OpenKey {

    final KeyRow row;
    final EnvelopeCipher cipher;
    final long hardLimitNanos;
    private final AtomicLong refreshAtNanos;

    OpenKey(KeyRow row, EnvelopeCipher cipher, long refreshAtNanos, long hardLimitNanos) {
        this.row = row;
        this.cipher = cipher;
        this.refreshAtNanos = new AtomicLong(refreshAtNanos);
        this.hardLimitNanos = hardLimitNanos;
    }

    boolean expired(long now) {
        return now - hardLimitNanos >= 0;
    }

    /** True for exactly one caller when a refresh is due; it is then due again only after the pause. */
    boolean takeRefresh(long now, long pauseNanos) {
        long due = refreshAtNanos.get();
        return now - due >= 0 && refreshAtNanos.compareAndSet(due, now + pauseNanos);
    }
}
