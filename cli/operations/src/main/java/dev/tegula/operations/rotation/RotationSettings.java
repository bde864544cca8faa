package dev.tegula.operations.rotation;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.operations.reencrypt.SweepSettings;
import java.time.Duration;

/**
 * How a rotation behaves.
 *
 * @param writeLimit the longest time any instance writes under a key without having looked at the registry; the wait
 *     step lasts at most so long, and an instance not seen for so long counts as gone
 * @param fencePatience how long to ask for the lock of a table when it is fenced
 * @param sweep how gently tables are treated
 * @param assumedPerSecond values a second, for the estimate of a plan
 */
public record RotationSettings(
        Duration writeLimit, Duration fencePatience, SweepSettings sweep, double assumedPerSecond) {

    /**
     * Checks the ranges.
     *
     * @throws ConfigurationException for durations or a speed that are not positive
     */
    public RotationSettings {
        if (writeLimit.isNegative() || writeLimit.isZero() || fencePatience.isNegative() || !(assumedPerSecond > 0)) {
            throw new ConfigurationException(
                    "A rotation needs a positive write limit and speed and no negative patience, not " + writeLimit
                            + ", " + assumedPerSecond + " and " + fencePatience + ".");
        }
    }

    /** 180 s, five minutes, {@link SweepSettings#standard()}, 2,000 values a second. */
    public static RotationSettings standard() {
        return new RotationSettings(
                KeyringSettings.LONGEST_WRITE_LIMIT, Duration.ofMinutes(5), SweepSettings.standard(), 2_000);
    }

    /** The same with another write limit. */
    public RotationSettings withWriteLimit(Duration limit) {
        return new RotationSettings(limit, fencePatience, sweep, assumedPerSecond);
    }

    /** The same with another patience. */
    public RotationSettings withFencePatience(Duration patience) {
        return new RotationSettings(writeLimit, patience, sweep, assumedPerSecond);
    }

    /** The same with another way to sweep. */
    public RotationSettings withSweep(SweepSettings settings) {
        return new RotationSettings(writeLimit, fencePatience, settings, assumedPerSecond);
    }
}
