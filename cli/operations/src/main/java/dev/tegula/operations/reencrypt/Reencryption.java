package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.OwnTables;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import java.util.Optional;
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
     * A job as it was planned.
     *
     * @throws ConfigurationException if there is none in this database
     */
    public Job job(UUID job) {
        return load(job).job();
    }

    /**
     * Runs one range to its end. Blocking, at least once: safe when run twice, or by two at once. It takes the range over
     * from the run at work on it, which may write no more. If another run takes it over from this one, this waits
     * until that one ended it, and goes on itself where that one has written nothing for 20 seconds: it was killed.
     *
     * @return DONE or PARTIAL if the database says that the range ended; STOPPED by the control; STALE, PAUSED or CANCELLED if
     *     the job takes no more writes
     * @throws ConfigurationException also if the job has no such range
     * @throws RefusedException code {@code foreign-code}, if a function of somebody else would run with the rights of the role
     * @throws dev.tegula.failure.IntegrityException if more values do not open than the settings allow
     */
    public RangeReport run(UUID job, int idx, RunControl control) {
        Job planned = load(job).job();
        int ranges = planned.ranges();
        if (idx < 0 || idx >= ranges) {
            throw new ConfigurationException("Job " + job + " has " + ranges
                    + " ranges, numbered from 0, and none with the" + " number " + idx + ". Run one for each of them.");
        }
        OwnTables.additions(new Transactions(source)).obstacle().ifPresent(why -> {
            throw new ConfigurationException(why);
        });
        try (KeptConnection kept = settings.connection(source)) {
            requireTrusted(kept, planned.table(), control);
            Rate rate = new Rate(settings.maxPerSecond(), nanoTime);
            while (true) {
                RangeReport report = new RangeRun(kept, ciphers, settings, rate, new SlowCommits(), control, nanoTime)
                        .run(job, idx, JobRun.host() + "/" + idx);
                if (report.outcome() == JobOutcome.STALE) {
                    return report.as(taken(job, idx));
                }
                if (report.outcome() != JobOutcome.TAKEN) {
                    return report;
                }
                if (!othersEnded(kept, job, idx, control)) {
                    return report.as(JobOutcome.STOPPED);
                }
            }
        }
    }

    /** How a job ended that took no batch of a range. */
    private JobOutcome taken(UUID job, int idx) {
        JobOutcome closed = load(job).closed();
        if (closed == JobOutcome.DONE || closed == JobOutcome.PARTIAL) {
            throw BrokenJob.of("tegula_job", job, "it says " + closed + ", and range " + idx + " has not ended");
        }
        return closed;
    }

    /** Days may lie between the plan, which looked too, and a range. */
    private static void requireTrusted(KeptConnection kept, TableName table, RunControl control) {
        Optional<Finding> foreign = control.retry()
                .run(
                        "looking at " + table,
                        () -> kept.patient(
                                c -> c.dialect().describesTables() ? ForeignCode.of(c, table) : Optional.empty()));
        foreign.ifPresent(finding -> {
            throw finding.failure();
        });
    }

    /** Waits while somebody else is at work on a range; false if the control ended that. */
    private static boolean othersEnded(KeptConnection kept, UUID job, int idx, RunControl control) {
        do {
            if (!control.retry().run("waiting for a range", () -> kept.once(c -> JobTotals.inHand(c, job, idx)))) {
                return true;
            }
        } while (control.proceed() && control.sleep(JobRun.WAIT_MILLIS));
        return false;
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
     * Closes a job whose ranges have all ended, without a fence: what {@code tegula reencrypt} alone does. Trusts only the
     * database: what is left is counted.
     *
     * @return DONE if nothing is left under a source key, PARTIAL otherwise, also where it ended before; how it ended, if it takes no
     *     more writes
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
            if (end.open()) {
                return end.closed(end.counted(before));
            }
            return before.outcome() == JobOutcome.DONE ? end.counted(before) : before;
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
