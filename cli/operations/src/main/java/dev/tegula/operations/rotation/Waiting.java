package dev.tegula.operations.rotation;

import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.rotation.RotationListener.State;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The wait step: until every running instance works by the activation or a later state of the registry, at most as long
 * as a write lease can last. It saves work, not safety: what is written under the old key meanwhile is swept, and what
 * comes later is refused by the fence.
 */
final class Waiting {

    private static final long PAUSE_MILLIS = 250;

    private final Census census;
    private final Duration limit;
    private final Told told;
    private final RunControl control;

    /** Hears that it begins or has ended, and for whom. */
    interface Told {
        void tell(State state, String detail);
    }

    Waiting(Census census, Duration limit, Told told, RunControl control) {
        this.census = census;
        this.limit = limit;
        this.told = told;
        this.control = control;
    }

    Optional<RotationOutcome> run(List<ScopeState> scopes) {
        long rev = 0;
        Instant until = Instant.MIN;
        for (ScopeState state : scopes) {
            if (state.active().isPresent() && !state.superseded().isEmpty()) {
                KeyRow active = state.active().get();
                rev = Math.max(rev, active.rev());
                Instant activated = active.times().activated();
                if (activated != null && activated.plus(limit).isAfter(until)) {
                    until = activated.plus(limit);
                }
            }
        }
        return until(rev, until, census.behind(rev));
    }

    /**
     * Before keys are retired, which is refused while an instance says that it works by a state older than theirs: once more as long,
     * for one that is slow to say what it has seen. Tells nothing if there is none.
     */
    Optional<RotationOutcome> again(long rev) {
        List<String> behind = census.behind(rev);
        return behind.isEmpty() ? Optional.empty() : until(rev, census.now().plus(limit), behind);
    }

    private Optional<RotationOutcome> until(long rev, Instant until, List<String> first) {
        List<String> behind = first;
        if (!behind.isEmpty() && census.now().isBefore(until)) {
            told.tell(State.STARTED, "until " + until + " at most, for " + String.join("; ", behind));
        }
        while (!behind.isEmpty() && census.now().isBefore(until)) {
            if (!control.sleep(PAUSE_MILLIS)) {
                return Optional.of(RotationOutcome.STOPPED);
            }
            behind = census.behind(rev);
        }
        told.tell(
                State.DONE,
                behind.isEmpty()
                        ? "every running instance has seen it"
                        : "no write lease can be older; still silent: " + String.join("; ", behind));
        return Optional.empty();
    }
}
