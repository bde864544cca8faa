package dev.tegula.operations.rotation;

import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.UpdateAdvice;
import java.util.List;

/**
 * What a re-encryption to the ACTIVE keys would do.
 *
 * @param jobs one for each table whose columns have a superseded or retired key; none if there is nothing to move
 * @param findings what would refuse it
 * @param advice what makes it dearer than it must be
 * @param followers whom it would wait for now, and replication slots that are lost already, as sentences
 */
public record ReencryptionPlan(
        List<JobSpec> jobs, List<Finding> findings, List<UpdateAdvice> advice, List<String> followers) {

    /** Copies the lists. */
    public ReencryptionPlan {
        jobs = List.copyOf(jobs);
        findings = List.copyOf(findings);
        advice = List.copyOf(advice);
        followers = List.copyOf(followers);
    }
}
