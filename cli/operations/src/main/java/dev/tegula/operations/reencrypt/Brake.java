package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.KeptConnection;
import java.time.Duration;

/** Holds work back while those who live on the WAL of the database are too far behind; holds no transaction meanwhile. */
final class Brake {

    private static final long LOOK_MILLIS = 1_000;

    private final KeptConnection kept;
    private final Duration maxLag;
    private final RunControl control;
    private long nextLook = System.nanoTime();

    Brake(KeptConnection kept, Duration maxLag, RunControl control) {
        this.kept = kept;
        this.maxLag = maxLag;
        this.control = control;
    }

    /** Waits while paused or held back. Returns whether to go on. */
    boolean proceed() {
        while (control.proceed()) {
            if (System.nanoTime() - nextLook < 0) {
                return true;
            }
            boolean behind = control.retry()
                    .run(
                            "looking at replicas",
                            () -> kept.once(session ->
                                    Followers.waitedFor(session, maxLag).isPresent()));
            if (!behind) {
                nextLook = System.nanoTime() + LOOK_MILLIS * 1_000_000;
                return true;
            }
            control.sleep(LOOK_MILLIS);
        }
        return false;
    }
}
