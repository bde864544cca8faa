package dev.tegula.operations.rotation;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.VerifyReport;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a rotation did.
 *
 * @param outcome how it ended
 * @param reached the last step that was done, if any
 * @param scopes the keys as they are now
 * @param jobs one report for each table
 * @param verified what the verification found, if it came so far
 * @param elapsed how long this run took
 * @param unplaced fields that were asked for and have an ACTIVE key, but no column: they were not rotated
 * @param remarks what is left, and why, one line each; never a value
 */
public record RotationReport(
        RotationOutcome outcome,
        Optional<Step> reached,
        List<ScopeResult> scopes,
        List<JobReport> jobs,
        Optional<VerifyReport> verified,
        Duration elapsed,
        List<FieldId> unplaced,
        List<String> remarks) {

    /** Copies the lists. */
    public RotationReport {
        scopes = List.copyOf(scopes);
        jobs = List.copyOf(jobs);
        unplaced = List.copyOf(unplaced);
        remarks = List.copyOf(remarks);
    }

    /**
     * The keys of one scope.
     *
     * @param scope the scope
     * @param from keys that values were moved from, as they are now
     * @param to the key they are under now, if there is one yet
     */
    public record ScopeResult(Scope scope, List<KeyRow> from, Optional<KeyRow> to) {
        /** Copies the list. */
        public ScopeResult {
            from = List.copyOf(from);
        }
    }

    /** Values moved, in all tables. */
    public long moved() {
        return jobs.stream().mapToLong(JobReport::moved).sum();
    }

    /** Values in the quarantine, in all tables. */
    public long quarantined() {
        return jobs.stream().mapToLong(JobReport::quarantined).sum();
    }
}
