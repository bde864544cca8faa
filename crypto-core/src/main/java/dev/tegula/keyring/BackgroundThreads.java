package dev.tegula.keyring;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** One daemon thread for the rounds, two for refreshes: those that wait for a slow KMS do not hold up the leases. */
final class BackgroundThreads implements Background {

    private final ScheduledExecutorService rounds =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "tegula-leases"));
    private final ExecutorService refreshes = Executors.newFixedThreadPool(2, task -> daemon(task, "tegula-keyring"));

    @Override
    public void everyRound(Duration pause, Runnable round) {
        var unused = rounds.scheduleWithFixedDelay(round, 0, Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS);
    }

    @Override
    public Executor refreshes() {
        return refreshes;
    }

    @Override
    public boolean endRounds(Duration atMost) {
        rounds.shutdown();
        try {
            if (rounds.awaitTermination(atMost.toSeconds(), TimeUnit.SECONDS)) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        rounds.shutdownNow();
        return rounds.isTerminated();
    }

    @Override
    public void endRefreshes() {
        refreshes.shutdownNow();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
