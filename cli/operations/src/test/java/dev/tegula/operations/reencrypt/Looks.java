package dev.tegula.operations.reencrypt;

import dev.tegula.operations.live.Eventually;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often somebody looked in vain and paused before the next look, and makes the pauses a millisecond long. */
final class Looks {

    private final AtomicInteger count = new AtomicInteger();

    /** A control for the one who looks. */
    RunControl control() {
        return new RunControl(millis -> {
            count.incrementAndGet();
            return 1;
        });
    }

    /** Returns when so many looks from now on were in vain. */
    void awaitMore(int looks) {
        int before = count.get();
        Eventually.isTrue(looks + " more looks", () -> count.get() - before >= looks);
    }
}
