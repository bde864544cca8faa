package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.KeptConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Holds work back while those who live on the WAL of the database are too far behind; holds no transaction meanwhile. */
final class Brake {

    private static final long LOOK_MILLIS = 1_000;

    private final KeptConnection kept;
    private final Duration maxLag;
    private final RunControl control;
    private final Consumer<String> told;
    private long nextLook = System.nanoTime();

    Brake(KeptConnection kept, Duration maxLag, RunControl control) {
        this(kept, maxLag, control, who -> {});
    }

    /**
     * The same.
     *
     * @param told hears at each look whom the work waits for
     */
    Brake(KeptConnection kept, Duration maxLag, RunControl control, Consumer<String> told) {
        this.kept = kept;
        this.maxLag = maxLag;
        this.control = control;
        this.told = told;
    }

    /** Waits while paused or held back. Returns whether to go on. */
    boolean proceed() {
        while (control.proceed()) {
            if (System.nanoTime() - nextLook < 0) {
                return true;
            }
            Optional<String> behind = control.retry()
                    .run("looking at replicas", () -> kept.once(session -> Followers.waitedFor(session, maxLag)));
            if (behind.isEmpty()) {
                nextLook = System.nanoTime() + LOOK_MILLIS * 1_000_000;
                return true;
            }
            told.accept(behind.get());
            control.sleep(LOOK_MILLIS);
        }
        return false;
    }
}
