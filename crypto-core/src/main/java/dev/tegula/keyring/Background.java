package dev.tegula.keyring;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The work of a keyring beside its callers; a test runs it by hand, so that no round comes by the real clock. */
interface Background {

    /** Runs the round at once and then with this pause after each, until the end. */
    void everyRound(Duration pause, Runnable round);

    /** Where keys are opened again ahead of time. It refuses them after the end. */
    Executor refreshes();

    /** Lets no round begin and waits for the one that runs; false if that one does not end. */
    boolean endRounds(Duration atMost);

    /** Ends the refreshes, whether one is under way or not. */
    void endRefreshes();
}
