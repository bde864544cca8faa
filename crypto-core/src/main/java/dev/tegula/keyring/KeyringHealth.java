package dev.tegula.keyring;

import java.time.Duration;

/**
 * How the background work of a keyring is.
 *
 * @param state for a health check
 * @param sinceSeen how long ago the registry was last told that this instance lives
 * @param trouble why the last round failed; empty if it did not. Holds no values
 */
public record KeyringHealth(State state, Duration sinceSeen, String trouble) {

    /** What works. */
    public enum State {
        /** Everything. */
        GOOD,
        /** Values are read and written; the last round of the background work failed, the next one may not. */
        TROUBLED,
        /** Values are read; a write first tries to report this instance, and fails while it cannot. */
        NOT_WRITING
    }
}
