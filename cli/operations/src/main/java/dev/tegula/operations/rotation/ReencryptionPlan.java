package dev.tegula.operations.rotation;

import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.JobSpec;
import java.util.List;

/**
 * What a re-encryption to the ACTIVE keys would do.
 *
 * @param jobs one for each table whose columns have a superseded or retired key; none if there is nothing to move
 * @param findings what would refuse it
 */
public record ReencryptionPlan(List<JobSpec> jobs, List<Finding> findings) {

    /** Copies both lists. */
    public ReencryptionPlan {
        jobs = List.copyOf(jobs);
        findings = List.copyOf(findings);
    }
}
