package dev.tegula.cli.output;

/**
 * Whether a run has changed anything yet. Code that commits to a database or names a file notes it here, before it can fail,
 * so that one place says after a failure what is left of the run: no message of a single step can know. Thread-safe.
 */
public final class Changes {

    /** What brings back an output that was lost. */
    static final String AGAIN = " Run it again with room for the output.";

    private volatile boolean made;

    /** Something is changed now. */
    public void note() {
        made = true;
    }

    /** What a failure leaves behind, as the last sentence about it. */
    String afterFailure() {
        return made ? " What was done before stays done." : " Nothing was changed.";
    }

    /** What a run that ended well, but unheard, leaves behind. */
    String afterLostOutput() {
        return made
                ? " The command itself is done, and what it changed stays; `tegula status` and `tegula keys list` show it."
                : " Nothing was changed." + AGAIN;
    }
}
