package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.KeptConnection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs the ranges of a job on some threads of this process. Other processes may do the same with the same job; each
 * takes ranges nobody is at work on, and those of workers that died.
 */
final class JobRun {

    private static final int MAX_LISTED = 20;
    /** Between two looks for work that others may leave. */
    static final long WAIT_MILLIS = 250;

    private final DataSource source;
    private final CipherSource ciphers;
    private final SweepSettings settings;
    private final RunControl control;
    private final JobPlan plan;
    private final LongSupplier nanoTime;
    private final Rate rate;
    private final SlowCommits slow = new SlowCommits();
    private final String host = host();
    private final Set<Integer> ours = new HashSet<>();
    private final List<String> leftKeys = new ArrayList<>();
    private final AtomicBoolean stale = new AtomicBoolean();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    JobRun(
            DataSource source,
            CipherSource ciphers,
            SweepSettings settings,
            RunControl control,
            JobPlan plan,
            LongSupplier nanoTime) {
        this.source = source;
        this.ciphers = ciphers;
        this.settings = settings;
        this.control = control;
        this.plan = plan;
        this.nanoTime = nanoTime;
        this.rate = new Rate(settings.maxPerSecond(), nanoTime);
    }

    /** Ranges that another process sent over the table once more are run again: only a stop ends it before them. */
    JobReport run(int workers, ProgressListener listener) {
        while (true) {
            JobTotals totals = pass(workers, listener);
            boolean over = totals.done() >= plan.job().ranges();
            if (over || stale.get() || !control.proceed()) {
                return report(totals, over);
            }
            ended.set(false);
        }
    }

    private JobTotals pass(int workers, ProgressListener listener) {
        ExecutorService threads = Executors.newFixedThreadPool(workers, task -> {
            Thread thread = new Thread(task, "tegula-reencrypt");
            thread.setDaemon(true);
            return thread;
        });
        ProgressMeter meter = new ProgressMeter(source, settings, slow, plan, listener);
        try (meter) {
            meter.start();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                int number = i;
                running.add(threads.submit(() -> work(number)));
            }
            join(running);
        } finally {
            threads.shutdownNow();
        }
        return meter.last();
    }

    /** Waits for all, whatever happens: an interrupt stops them after their batch. */
    private void join(List<Future<?>> running) {
        RuntimeException first = null;
        boolean interrupted = false;
        for (Future<?> worker : running) {
            boolean over = false;
            while (!over) {
                try {
                    worker.get();
                    over = true;
                } catch (InterruptedException e) {
                    control.stop();
                    interrupted = true;
                } catch (ExecutionException e) {
                    first = joined(first, e.getCause());
                    over = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (first != null) {
            throw first;
        }
    }

    private static RuntimeException joined(@Nullable RuntimeException first, @Nullable Throwable cause) {
        RuntimeException next = cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    private void work(int number) {
        try (KeptConnection kept = settings.connection(source)) {
            while (control.proceed() && !stale.get() && !failed.get()) {
                int idx = claim(kept);
                if (idx < 0) {
                    if (ended.get() || !control.sleep(WAIT_MILLIS)) {
                        return;
                    }
                    continue;
                }
                RangeReport report = new RangeRun(kept, ciphers, settings, rate, slow, control, nanoTime)
                        .run(plan.job().id(), idx, host + "/" + number);
                finished(idx, report);
            }
        } catch (RuntimeException e) {
            failed.set(true);
            throw e;
        }
    }

    /** A range for this thread, or -1 when others have all that is left. The database is asked outside of any lock. */
    private int claim(KeptConnection kept) {
        List<Integer> free = control.retry()
                .run(
                        "looking for work",
                        () -> kept.once(c -> JobTotals.free(c, plan.job().id())));
        synchronized (this) {
            for (int idx : free) {
                if (ours.add(idx)) {
                    return idx;
                }
            }
            if (!free.isEmpty() || !ours.isEmpty()) {
                return -1;
            }
        }
        JobTotals totals = control.retry()
                .run(
                        "looking for work",
                        () -> kept.once(c -> JobTotals.read(c, plan.job().id())));
        if (totals.done() == plan.job().ranges()) {
            ended.set(true);
        }
        return -1;
    }

    private synchronized void finished(int idx, RangeReport report) {
        ours.remove(idx);
        if (report.outcome() == JobOutcome.STALE) {
            stale.set(true);
        }
        report.leftKeys().stream().limit(MAX_LISTED - leftKeys.size()).forEach(leftKeys::add);
    }

    private JobReport report(JobTotals totals, boolean over) {
        JobOutcome outcome = totals.left() > 0 || totals.quarantined() > 0 ? JobOutcome.PARTIAL : JobOutcome.DONE;
        if (stale.get()) {
            outcome = closed();
        } else if (!over) {
            outcome = JobOutcome.STOPPED;
        }
        return new JobReport(
                plan.job(),
                outcome,
                totals.moved(),
                totals.raced(),
                totals.quarantined(),
                totals.refused(),
                totals.refusals(),
                totals.left(),
                leftKeys);
    }

    /** Why the job takes no more writes: another process finished or cancelled it, or keys changed. */
    private JobOutcome closed() {
        try (KeptConnection kept = settings.connection(source)) {
            return control.retry()
                    .run(
                            "reading a job",
                            () -> kept.once(
                                    c -> JobStore.load(c, plan.job().id()).closed()));
        }
    }

    /** Who is at work, for people: asked once, because the answer may come from a slow name server. */
    static String host() {
        try {
            return InetAddress.getLocalHost().getHostName() + "/"
                    + ProcessHandle.current().pid();
        } catch (UnknownHostException e) {
            return "unknown/" + ProcessHandle.current().pid();
        }
    }
}
