package dev.tegula.reencrypt;

import java.util.List;

/**
 * Where a job stands after its workers stopped.
 *
 * @param job the job
 * @param outcome how it ended
 * @param moved values moved
 * @param raced rows that were held or changed by somebody else and came back in a later pass
 * @param quarantined values that do not open and were left as they are
 * @param left rows still under a source key that could not be moved
 * @param leftKeys primary keys of such rows, at most 20
 */
public record JobReport(
        Job job, JobOutcome outcome, long moved, long raced, long quarantined, long left, List<String> leftKeys) {

    /** Copies the list. */
    public JobReport {
        leftKeys = List.copyOf(leftKeys);
    }

    /** Whether its ranges came to their end. */
    boolean through() {
        return outcome == JobOutcome.DONE || outcome == JobOutcome.PARTIAL;
    }

    JobReport as(JobOutcome other) {
        return new JobReport(job, other, moved, raced, quarantined, left, leftKeys);
    }
}
