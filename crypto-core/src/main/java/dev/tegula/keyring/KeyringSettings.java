package dev.tegula.keyring;

import dev.tegula.failure.ConfigurationException;
import java.time.Duration;

/**
 * How long keys serve.
 *
 * @param cacheTtl how long an opened key is trusted before it is opened again; refreshed ahead at about 80 %
 * @param outageLimit how long an opened key serves while the KMS does not answer; a denial cuts at once
 * @param writeLease how long values may be written under a key without reading the registry again
 * @param writeLimit how long at most while the database of the registry does not answer
 * @param maximumKeys how many opened keys are kept
 */
public record KeyringSettings(
        Duration cacheTtl, Duration outageLimit, Duration writeLease, Duration writeLimit, int maximumKeys) {

    /** The hard limit of a write lease. */
    public static final Duration LONGEST_WRITE_LIMIT = Duration.ofMinutes(3);

    /**
     * Checks the order of the durations.
     *
     * @throws ConfigurationException if one is not positive, or the limits are below what they limit, or the write limit
     *     is above 180 s
     */
    public KeyringSettings {
        require(cacheTtl, "cache-ttl");
        require(writeLease, "write-lease");
        if (outageLimit.compareTo(cacheTtl) < 0) {
            throw new ConfigurationException(
                    "outage-limit (" + outageLimit + ") is below cache-ttl (" + cacheTtl + ").");
        }
        if (writeLimit.compareTo(writeLease) < 0 || writeLimit.compareTo(LONGEST_WRITE_LIMIT) > 0) {
            throw new ConfigurationException("The limit of the write lease must be from write-lease (" + writeLease
                    + ") to " + LONGEST_WRITE_LIMIT + ", not " + writeLimit + ".");
        }
        if (maximumKeys < 1) {
            throw new ConfigurationException("The cache must hold at least one key, not " + maximumKeys + ".");
        }
    }

    /** One hour, four hours, 60 seconds, 180 seconds, 10,000 keys. */
    public static KeyringSettings defaults() {
        return new KeyringSettings(
                Duration.ofHours(1), Duration.ofHours(4), Duration.ofMinutes(1), LONGEST_WRITE_LIMIT, 10_000);
    }

    /** The same with another write lease; its limit is three times as long, at most 180 s. */
    public KeyringSettings withWriteLease(Duration lease) {
        Duration limit = lease.multipliedBy(3);
        return new KeyringSettings(
                cacheTtl,
                outageLimit,
                lease,
                limit.compareTo(LONGEST_WRITE_LIMIT) > 0 ? LONGEST_WRITE_LIMIT : limit,
                maximumKeys);
    }

    private static void require(Duration duration, String name) {
        if (duration.isNegative() || duration.isZero()) {
            throw new ConfigurationException(name + " must be positive, not " + duration + ".");
        }
    }
}
