package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.KeptConnection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Reads the totals of a job a few times a second, on a connection of its own, and tells the listener. */
final class ProgressMeter implements AutoCloseable {

    private static final long PERIOD_MILLIS = 400;

    private final KeptConnection kept;
    private final Duration maxLag;
    private final SlowCommits slow;
    private final JobPlan plan;
    private final ProgressListener listener;
    private final Speed speed = new Speed();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "tegula-progress");
        thread.setDaemon(true);
        return thread;
    });
    private JobTotals last = new JobTotals(0, 0, 0, 0, 0, 0, List.of(), 0);

    ProgressMeter(
            DataSource source, SweepSettings settings, SlowCommits slow, JobPlan plan, ProgressListener listener) {
        this.kept = settings.connection(source);
        this.maxLag = settings.maxLag();
        this.slow = slow;
        this.plan = plan;
        this.listener = listener;
    }

    void start() {
        var unused = timer.scheduleWithFixedDelay(this::sample, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    JobTotals last() {
        return last;
    }

    /** A missed figure is no reason to stop a sweep; the next one comes. */
    private void sample() {
        try {
            tell();
        } catch (SQLException e) {
            kept.close();
        }
    }

    private void tell() throws SQLException {
        last = kept.once(c -> JobTotals.read(c, plan.job().id()));
        Optional<String> waitingFor =
                kept.once(c -> Followers.waitedFor(c, maxLag)).or(slow::told);
        long now = System.nanoTime();
        OptionalDouble perSecond = speed.perSecond(now, last.moved());
        long total = Math.max(plan.job().total(), last.moved());
        listener.progress(new Progress(
                plan.job().table(),
                plan.fields(),
                last.moved(),
                total,
                plan.job().estimated(),
                perSecond,
                Progress.eta(total - last.moved(), perSecond),
                last.raced(),
                last.quarantined(),
                last.workers(),
                waitingFor));
    }

    /** Stops the timer and tells the final figures. */
    @Override
    public void close() {
        timer.shutdown();
        slow.pause(0);
        try {
            if (!timer.awaitTermination(30, TimeUnit.SECONDS)) {
                timer.shutdownNow();
            }
            new RunControl().retry().run("reading the totals of a job", () -> {
                tell();
                return true;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            kept.close();
        }
    }
}
