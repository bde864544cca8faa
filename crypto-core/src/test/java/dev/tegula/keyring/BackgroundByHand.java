package dev.tegula.keyring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Background work that a test runs: the first round at once, each other round and each refresh when it says so. */
final class BackgroundByHand implements Background {

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private Runnable round = () -> {};
    private Duration pause = Duration.ZERO;
    private boolean roundsEnded;
    private boolean refreshesEnded;

    @Override
    public void everyRound(Duration between, Runnable work) {
        pause = between;
        round = work;
        round.run();
    }

    /** The pause that was asked for. */
    Duration pause() {
        return pause;
    }

    void runRound() {
        if (roundsEnded) {
            throw new IllegalStateException("The rounds were ended.");
        }
        round.run();
    }

    @Override
    public Executor refreshes() {
        return task -> {
            if (refreshesEnded) {
                throw new RejectedExecutionException("ended");
            }
            waiting.add(task);
        };
    }

    /** How many refreshes wait. */
    int waiting() {
        return waiting.size();
    }

    /** Runs the refreshes that wait. */
    void runRefreshes() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    @Override
    public boolean endRounds(Duration atMost) {
        roundsEnded = true;
        return true;
    }

    @Override
    public void endRefreshes() {
        refreshesEnded = true;
        waiting.clear();
    }
}
