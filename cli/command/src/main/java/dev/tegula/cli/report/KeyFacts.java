package dev.tegula.cli.report;

import dev.tegula.envelope.Purpose;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of one key.
 *
 * @param row its row, which verifies
 * @param values how many values are under it, as far as columns were counted
 * @param placed whether the catalogue has a column of its field, or values were found under it; else nothing was counted for it
 * @param exact whether all of that was counted and nothing estimated
 * @param overdue for how long it has been due to be replaced; empty if it is not, or no age is declared
 */
public record KeyFacts(KeyRow row, long values, boolean placed, boolean exact, Optional<Duration> overdue) {

    /** Since when new values are written under it; else since when it is there. */
    static Instant since(KeyRow row) {
        return Objects.requireNonNullElse(row.times().activated(), row.times().created());
    }

    /** For how long it has been due. Only what values are written under is: data and index keys. */
    static Optional<Duration> overdue(KeyRow row, Optional<Duration> maxAge, Instant now) {
        return maxAge.filter(age -> row.state() == KeyState.ACTIVE)
                .filter(age ->
                        row.scope().purpose() == Purpose.DATA || row.scope().purpose() == Purpose.INDEX)
                .map(age -> Duration.between(since(row).plus(age), now))
                .filter(late -> !late.isNegative());
    }

    /** Whether its row is the only copy of it. */
    boolean unsaved() {
        return row.times().exported() == null && row.state() != KeyState.DESTROYED;
    }

    /** How much there is to say against it. */
    long trouble() {
        boolean superseded = row.state() == KeyState.DECRYPT_ONLY || row.state() == KeyState.PENDING;
        return (overdue.isPresent() ? 8 : 0)
                + (superseded ? 4L : 0)
                + (row.state() == KeyState.RETIRED && values > 0 ? 4 : 0)
                + (unsaved() ? 2 : 0)
                + (row.state() == KeyState.ACTIVE ? 1 : 0);
    }
}
