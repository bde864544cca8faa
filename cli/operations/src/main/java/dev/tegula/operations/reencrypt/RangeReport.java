package dev.tegula.operations.reencrypt;

import java.util.List;
import java.util.UUID;

/**
 * How the run of one range ended.
 *
 * @param job the job
 * @param idx the range
 * @param outcome DONE and PARTIAL end a range; the others leave it to be run again
 * @param moved values this range has moved, all runs together
 * @param raced rows that somebody else held or changed meanwhile, all runs together
 * @param leftKeys primary keys of rows the last pass could not move, at most 20
 */
public record RangeReport(UUID job, int idx, JobOutcome outcome, long moved, long raced, List<String> leftKeys) {

    /** Copies the list. */
    public RangeReport {
        leftKeys = List.copyOf(leftKeys);
    }

    RangeReport as(JobOutcome other) {
        return new RangeReport(job, idx, other, moved, raced, leftKeys);
    }
}
