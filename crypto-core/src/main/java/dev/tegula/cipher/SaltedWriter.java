package dev.tegula.cipher;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
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
    private final LongSupplier nanoTime;
    private final AtomicReference<@Nullable SaltUse> current = new AtomicReference<>();

    SaltedWriter(Xaes xaes, SecureRandom random, LongSupplier nanoTime) {
        this.xaes = xaes;
        this.random = random;
        this.nanoTime = nanoTime;
    }

    Salted next() {
        long now = nanoTime.getAsLong();
        SaltUse lot = current.get();
        if (lot != null && now - lot.bornNanos < NANOS_PER_SALT && lot.used.incrementAndGet() <= MESSAGES_PER_SALT) {
            return lot.salted;
        }
        SaltUse fresh = draw(now);
        // A racing thread may have put its own; both are good, and each counts its own messages.
        current.compareAndSet(lot, fresh);
        return fresh.salted;
    }

    private SaltUse draw(long now) {
        byte[] salt = new byte[Xaes.SALT_BYTES];
        random.nextBytes(salt);
        return new SaltUse(Salted.copyOf(salt, 0, xaes), now, new AtomicInteger(1));
    }

    private record SaltUse(Salted salted, long bornNanos, AtomicInteger used) {}
}
