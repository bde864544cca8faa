package dev.tegula.operations.reencrypt;

import java.util.Optional;

/** How long the workers of this process pause after their batches, because those take long to commit. Thread-safe. */
final class SlowCommits {

    private volatile long pauseMillis;

    /** Notes the pause after the last batch; 0 for none. */
    void pause(long millis) {
        pauseMillis = millis;
    }

    /** For people; empty while commits are quick. */
    Optional<String> told() {
        long millis = pauseMillis;
        return millis == 0
                ? Optional.empty()
                : Optional.of("the server takes long to commit, so each batch is followed by a pause, the last of "
                        + millis + " ms");
    }
}
