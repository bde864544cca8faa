package dev.tegula.cipher;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the salt to write under: a new one every 4,096 messages or 60 seconds, drawn when first needed, never shared
 * between keys or kept anywhere. With a random 12-byte IV for each message the bytes are plain XAES-256-GCM.
 */
final class SaltedWriter {

    static final int MESSAGES_PER_SALT = 1 << 12;
    static final long NANOS_PER_SALT = 60_000_000_000L;

    private final Xaes xaes;
    private final SecureRandom random;
    private final AtomicReference<@Nullable SaltUse> current = new AtomicReference<>();

    SaltedWriter(Xaes xaes, SecureRandom random) {
        this.xaes = xaes;
        this.random = random;
    }

    /**
     * The salt of the next message.
     *
     * @param now monotonic clock in nanoseconds
     */
    Salted next(long now) {
        SaltUse last = current.get();
        if (last != null && now - last.bornNanos < NANOS_PER_SALT && last.used.incrementAndGet() <= MESSAGES_PER_SALT) {
            return last.salted;
        }
        SaltUse fresh = draw(now);
        // A racing thread may have put its own; both are good, and each counts its own messages.
        current.compareAndSet(last, fresh);
        return fresh.salted;
    }

    private SaltUse draw(long now) {
        byte[] salt = new byte[Xaes.SALT_BYTES];
        random.nextBytes(salt);
        return new SaltUse(Salted.copyOf(salt, 0, xaes), now, new AtomicInteger(1));
    }

    private record SaltUse(Salted salted, long bornNanos, AtomicInteger used) {}
}
