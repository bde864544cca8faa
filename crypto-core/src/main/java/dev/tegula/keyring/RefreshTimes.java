package dev.tegula.keyring;

import java.security.SecureRandom;

/** When opened keys are refreshed, in nanoseconds: drawn, so that those which were opened together do not ask together. */
final class RefreshTimes {

    /** Between refreshes of one key while they fail, and up to half as long again. */
    private static final long PAUSE_NANOS = 5_000_000_000L;

    private final long ttl;
    private final SecureRandom random;

    RefreshTimes(KeyringSettings settings, SecureRandom random) {
        this.ttl = settings.cacheTtl().toNanos();
        this.random = random;
    }

    /**
     * Until the first refresh of a key: those that were opened together, as after a start, are spread over their time.
     *
     * @param drawn from 0 to 1; no secret
     */
    long first(double drawn) {
        return (long) (ttl * (0.2 + 0.6 * drawn));
    }

    long first() {
        return first(random.nextDouble());
    }

    /** Later on 80 % of the time, less up to a tenth. */
    long later() {
        return (long) (ttl * (0.8 - 0.1 * random.nextDouble()));
    }

    /** Keys that failed together, here and in other instances, do not ask together again when the KMS comes back. */
    long pause() {
        return PAUSE_NANOS + (long) (PAUSE_NANOS / 2 * random.nextDouble());
    }

    /** When a key under a branch key is opened again: after that one was, which takes no call of its own, and while it is trusted. */
    long under(long trustedUntil, long asked, long refresh) {
        long last = trustedUntil - (long) (ttl * (0.05 + 0.1 * random.nextDouble()));
        long due = earlier(asked + refresh, last);
        return earlier(due - (asked + PAUSE_NANOS) < 0 ? asked + PAUSE_NANOS : due, trustedUntil);
    }

    /** Of two readings of a clock that may have gone round. */
    static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }
}
