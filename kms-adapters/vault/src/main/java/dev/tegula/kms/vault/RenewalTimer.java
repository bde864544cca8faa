package dev.tegula.kms.vault;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs the next renewal; at most one is planned at a time. */
interface RenewalTimer extends AutoCloseable {

    /** Runs a task later. It must not throw. */
    void after(Duration delay, Runnable task);

    /** Forgets what is planned, and interrupts what runs. */
    @Override
    void close();

    /** One daemon thread. */
    static RenewalTimer ofThread(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return new RenewalTimer() {
            @Override
            public void after(Duration delay, Runnable task) {
                if (!executor.isShutdown()) {
                    Future<?> unused = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
                }
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }
}
