package dev.tegula.secret;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Caches under a clock of the test's. */
public final class SecretCaches {

    private SecretCaches() {}

    /** As {@link SecretStore#cache}. */
    public static SecretCache of(SecretStore secrets, Duration maxAge, Duration outageLimit, LongSupplier nanoTime) {
        return secrets.cache(maxAge, outageLimit, nanoTime);
    }

    /** As it does by itself. */
    public static void wipeIdle(SecretCache cache) {
        cache.wipeIdle();
    }

    /** How many values it has in memory. */
    public static int kept(SecretCache cache) {
        return cache.kept();
    }
}
