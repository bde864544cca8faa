package dev.tegula.operations.rotation;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.RangeReport;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.RunControl;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A re-encryption whose ranges are run by others: processes of many hosts, pods of a cluster, tasks of an engine. Plan,
 * run every range, finish; the state is in the database of the values. Who runs what is the engine's business, and it may die, double
 * and repeat: of several runs of one range only the last that took it may write. Made by {@link Rotation#shared}. Thread-safe.
 *
 * <p>It makes, fences and retires no key. In a rotation {@link Rotation#run} takes the place of {@link #finish}: it joins the job,
 * runs what nobody ran, fences, and counts.
 *
 * <p>All methods may throw {@link ConfigurationException} if schema, catalogue or table are not as expected,
 * {@link dev.tegula.failure.DeniedException} if the role may not, and {@link dev.tegula.failure.UnavailableException} if database
 * or KMS do not answer; then all that was committed stays, and the same call goes on.
 */
public final class SharedReencryption {

    private final Rotation rotation;
    private final Reencryption reencryption;

    SharedReencryption(Rotation rotation, Reencryption reencryption) {
        this.rotation = rotation;
        this.reencryption = reencryption;
    }

    /**
     * Plans a job for each table that has values to move to the ACTIVE keys, or joins the open job that does the same.
     *
     * @param request the fields, and what is accepted; its workers mean nothing here
     * @param ranges into how many ranges each table is cut, at most: 1 to 10,000; 0 chooses by size. A job that is joined keeps its own
     * @param said hears how large tables were sized and cut
     * @return none if no key is left that values could be moved from
     * @throws RefusedException for what {@link Rotation#planReencryption} finds; code {@code job-stale}, if a key was activated meanwhile
     */
    public List<Job> plan(RotationRequest request, int ranges, Consumer<String> said) {
        ReencryptionPlan plan = rotation.planReencryption(request);
        plan.findings().stream().findFirst().ifPresent(finding -> {
            throw finding.failure();
        });
        List<JobSpec> specs =
                plan.jobs().stream().map(spec -> spec.withRanges(ranges)).toList();
        return specs.stream().map(spec -> reencryption.plan(spec, said)).toList();
    }

    /**
     * A job as it was planned.
     *
     * @throws ConfigurationException if there is none
     */
    public Job job(UUID job) {
        return reencryption.job(job);
    }

    /**
     * Runs one range, and returns when the database says that it ended, by any run. Blocking, at least once, safe when
     * run twice or by two at once.
     *
     * @return DONE, PARTIAL if rows of it could not be moved, or STOPPED by the control: run it again
     * @throws ConfigurationException also if the job has no such range
     * @throws RefusedException if the job takes no more writes: code {@code job-stale}, {@code job-paused} or {@code job-ended};
     *     {@code foreign-code}, if a function of somebody else would run with the rights of the role
     * @throws dev.tegula.failure.IntegrityException if more values do not open than the settings allow
     */
    public RangeReport run(UUID job, int idx, RunControl control) {
        RangeReport report = reencryption.run(job, idx, control);
        requireOpen(job, report.outcome());
        return report;
    }

    /**
     * Ends a job. Believes no engine: every range must have ended by its row, and what is left under old keys is counted.
     *
     * @return DONE if nothing is left, PARTIAL, or STOPPED by the control: run it again
     * @throws RefusedException code {@code job-running}, if a range has not ended; or as {@link #run}
     */
    public JobReport finish(UUID job, RunControl control) {
        JobReport report = reencryption.close(job, control);
        requireOpen(job, report.outcome());
        return report;
    }

    private static void requireOpen(UUID job, JobOutcome outcome) {
        switch (outcome) {
            case STALE ->
                throw new RefusedException(
                        CipherSource.STALE,
                        "Job " + job
                                + " is stale: a key was activated or retired since it was planned, so its target may be wrong, or another"
                                + " plan moves the same values of its table."
                                + " What was moved stays moved. Plan again.");
            case PAUSED ->
                throw new RefusedException(
                        "job-paused",
                        "Job " + job + " is paused. `tegula jobs resume " + job
                                + "` lets it go on; then run this again.");
            case CANCELLED ->
                throw new RefusedException(
                        "job-ended",
                        "Job " + job + " was cancelled. What was moved stays moved. Plan again to move the rest.");
            case DONE, PARTIAL, STOPPED, TAKEN -> {}
        }
    }
}
