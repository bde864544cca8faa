package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.KeptConnection;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/**
 * Moves the values of live tables from source keys to target keys while applications read and write. A job is planned
 * once; its ranges are run by the processes that are there, at least once, in any number of processes; it is finished when the
 * database says so. Thread-safe.
 *
 * <p>All methods may throw {@link ConfigurationException} if schema, catalogue or table are not as expected,
 * {@link dev.tegula.failure.DeniedException} if the role may not, and
 * {@link dev.tegula.failure.UnavailableException} if the database or the KMS do not answer; then all that was committed
 * stays, and the same call goes on.
 */
public final class Reencryption {

    private final DataSource source;
    private final CipherSource ciphers;
    private final SweepSettings settings;
    private final LongSupplier nanoTime;

    /**
     * The jobs of one database.
     *
     * @param source gives connections as the operator's role, to the primary; each worker holds one, and one more is
     *     used for progress
     * @param ciphers decrypts and encrypts by explicit key id
     */
    public Reencryption(DataSource source, CipherSource ciphers, SweepSettings settings) {
        this(source, ciphers, settings, System::nanoTime);
    }

    /** The same, whose pace goes by another clock. */
    Reencryption(DataSource source, CipherSource ciphers, SweepSettings settings, LongSupplier nanoTime) {
        this.source = source;
        this.ciphers = ciphers;
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    /**
     * Writes the job and its ranges, or joins the open job that does the same. Open jobs with another target for one of
     * the sources end as stale.
     *
     * @param said hears how a large table was sized and cut, and what to do where the planner's statistics could not be used
     * @throws ConfigurationException also if the catalogue does not match the table, or the table has no unique key
     * @throws RefusedException code {@link CipherSource#STALE}, if a target is not ACTIVE
     */
    public Job plan(JobSpec spec, Consumer<String> said) {
        try (KeptConnection kept = settings.connection(source)) {
            return new Planner(kept, new RunControl().retry(), ciphers, said).plan(spec);
        }
    }

    /** The same, said to nobody. */
    public Job plan(JobSpec spec) {
        return plan(spec, sentence -> {});
    }

    /**
     * Runs one range until it ends, the control stops it, or another worker takes it. Safe when run twice, or by two at
     * once.
     *
     * @throws dev.tegula.failure.IntegrityException if more values do not open than the settings allow
     */
    public RangeReport run(UUID job, int idx, RunControl control) {
        try (KeptConnection kept = settings.connection(source)) {
            Rate rate = new Rate(settings.maxPerSecond(), nanoTime);
            return new RangeRun(kept, ciphers, settings, rate, control, nanoTime).run(job, idx, "run");
        }
    }

    /**
     * Runs all ranges on threads of this process, beside other processes that do.
     *
     * @param workers threads, 1 to 64
     * @throws dev.tegula.failure.IntegrityException if more values do not open than the settings allow
     */
    public JobReport sweep(UUID job, int workers, RunControl control, ProgressListener listener) {
        requireWorkers(workers);
        return new JobRun(source, ciphers, settings, control, load(job), nanoTime).run(workers, listener);
    }

    /**
     * Finishes a job: runs ranges that have not ended, fences its columns against the source keys, goes over the table
     * once more for what was written meanwhile, and counts. Trusts only the database. With values in the quarantine it stops
     * before the fence, which would refuse every update of their rows.
     *
     * @return DONE if nothing is left under a source key; PARTIAL otherwise; STOPPED and STALE leave the job open; what
     *     another process made of it, if that was faster
     * @throws RefusedException code {@code fence-blocked}, if transactions kept the table from being fenced
     */
    public JobReport finish(UUID job, Fence fence, int workers, RunControl control, ProgressListener listener) {
        requireWorkers(workers);
        try (KeptConnection kept = settings.connection(source)) {
            JobCompletion end;
            JobReport before;
            do {
                JobReport first = sweep(job, workers, control, listener);
                if (!first.through()) {
                    return first;
                }
                end = completion(kept, control, job);
                before = end.reconciled();
            } while (before.outcome() == JobOutcome.TAKEN);
            if (!end.open()) {
                return before.outcome() != JobOutcome.DONE || end.fenced(fence) ? before : before.as(JobOutcome.STALE);
            }
            if (before.outcome() != JobOutcome.DONE) {
                return end.closed(before);
            }
            try {
                end.fence(fence);
            } catch (RefusedException e) {
                if (control.stopped()) {
                    return before.as(JobOutcome.STOPPED);
                }
                throw e;
            }
            end.reopen();
            JobReport swept = sweep(job, workers, control, listener);
            if (!swept.through()) {
                return swept;
            }
            JobCompletion after = completion(kept, control, job);
            return after.open() ? after.closed(after.counted(swept)) : after.reconciled();
        }
    }

    /**
     * Closes a job whose ranges have all ended, without a fence: what {@code tegula reencrypt} alone does.
     *
     * @throws RefusedException code {@code job-running}, if a range has not ended
     */
    public JobReport close(UUID job, RunControl control) {
        try (KeptConnection kept = settings.connection(source)) {
            JobCompletion end = completion(kept, control, job);
            JobReport before = end.reconciled();
            if (before.outcome() == JobOutcome.TAKEN) {
                throw new RefusedException(
                        "job-running", "Not all ranges of job " + job + " have ended; run the others first.");
            }
            return end.closed(end.counted(before));
        }
    }

    static void requireWorkers(int workers) {
        if (workers < 1 || workers > 64) {
            throw new ConfigurationException("Workers must be 1 to 64 in one process, not " + workers + ".");
        }
    }

    private JobCompletion completion(KeptConnection kept, RunControl control, UUID job) {
        return new JobCompletion(kept, control, load(job), ciphers, new PagedCount(source, settings));
    }

    private JobPlan load(UUID job) {
        try (KeptConnection kept = settings.connection(source)) {
            return new RunControl().retry().run("reading a job", () -> kept.once(c -> JobStore.load(c, job)));
        }
    }
}
