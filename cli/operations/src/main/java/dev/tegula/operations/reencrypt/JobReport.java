package dev.tegula.operations.reencrypt;

import java.util.List;

/**
 * Where a job stands after its workers stopped.
 *
 * @param job the job
 * @param outcome how it ended
 * @param moved values moved
 * @param raced rows that were held or changed by somebody else and came back in a later pass
 * @param quarantined values that do not open, or whose row the table refuses, and that were left as they are
 * @param refused values among those whose row the table refuses
 * @param refusals why the table refuses rows, one reason each, with their number and one row
 * @param left rows still under a source key that could not be moved
 * @param leftKeys primary keys of such rows, at most 20
 */
public record JobReport(
        Job job,
        JobOutcome outcome,
        long moved,
        long raced,
        long quarantined,
        long refused,
        List<String> refusals,
        long left,
        List<String> leftKeys) {

    /** Copies the lists. */
    public JobReport {
        refusals = List.copyOf(refusals);
        leftKeys = List.copyOf(leftKeys);
    }

    /** Quarantined values that do not open; the others open, but their row is refused. */
    public long unreadable() {
        return quarantined - refused;
    }

    /** Whether its ranges came to their end. */
    boolean through() {
        return outcome == JobOutcome.DONE || outcome == JobOutcome.PARTIAL;
    }

    JobReport as(JobOutcome other) {
        return new JobReport(job, other, moved, raced, quarantined, refused, refusals, left, leftKeys);
    }
}
