package dev.tegula.registry;

import dev.tegula.failure.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long copies of old values live outside the live tables; a key is destroyed only after the longest of them. What is
 * not declared is not guessed: it refuses. Zero is a declaration.
 *
 * @param backups how long backups of the database are kept
 * @param changefeeds how long consumers of changes (CDC, replicas, garbage collection windows) may still read old values
 * @param caches the longest time a process may still hold the key: cache lifetime and outage limit
 */
public record Retention(Optional<Duration> backups, Optional<Duration> changefeeds, Duration caches) {

    /**
     * When a key that was retired at the given instant may be destroyed.
     *
     * @throws RefusedException code {@code retention-undeclared}, if a value is missing
     */
    public Instant destroyableFrom(Instant retired) {
        Duration longest = Stream.of(declared(backups, "backups"), declared(changefeeds, "changefeeds"), caches)
                .max(Duration::compareTo)
                .orElseThrow();
        return retired.plus(longest);
    }

    /**
     * Until when the previous KEK of a rewrapped key must live, because backups still hold rows wrapped under it.
     *
     * @throws RefusedException code {@code retention-undeclared}, if {@code backups} is missing
     */
    public Instant oldKekNeededUntil(Instant rewrapped) {
        return rewrapped.plus(declared(backups, "backups"));
    }

    private static Duration declared(Optional<Duration> value, String name) {
        return value.orElseThrow(() -> new RefusedException(
                "retention-undeclared",
                "tegula.keys.retention." + name
                        + " is not declared, so it is unknown when the last copy of a value is gone."
                        + " Declare it, for example `" + name
                        + ": 30d`, or 0s if there are none."));
    }
}
