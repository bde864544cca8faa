package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Retry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The steps that end a job. */
final class JobCompletion {

    private final KeptConnection kept;
    private final Retry retry;
    private final JobPlan plan;

    JobCompletion(KeptConnection kept, Retry retry, JobPlan plan) {
        this.kept = kept;
        this.retry = retry;
        this.plan = plan;
    }

    /** Where the job stands, after quarantined values that were cured meanwhile are forgotten; TAKEN if it is not through. */
    JobReport reconciled() {
        List<KeyId> keys = plan.columns().stream()
                .flatMap(c -> plan.sources(c).stream())
                .distinct()
                .toList();
        retry.run("looking at the quarantine", () -> kept.patient(c -> Quarantine.forgetCured(c, keys)));
        JobTotals totals = totals();
        if (totals.done() < plan.job().ranges()) {
            return report(totals, plan.open() ? JobOutcome.TAKEN : plan.closed(), totals.left(), List.of());
        }
        JobOutcome outcome = totals.quarantined() == 0 ? JobOutcome.DONE : JobOutcome.PARTIAL;
        return report(totals, plan.open() ? outcome : plan.closed(), totals.left(), List.of());
    }

    /** Whether every column refuses every source: what a job that ended with its fence left behind. */
    boolean fenced(Fence fence) {
        return plan.columns().stream().allMatch(column -> plan.sources(column).stream()
                .allMatch(key -> fence.covers(plan.job().table(), column.name(), key)));
    }

    boolean open() {
        return plan.open();
    }

    void fence(Fence fence, RunControl control) {
        Map<String, Set<KeyId>> keys = new HashMap<>();
        plan.columns().forEach(c -> keys.put(c.name(), new HashSet<>(plan.sources(c))));
        fence.raise(plan.job().table(), keys, control);
    }

    void reopen() {
        retry.run(
                "reopening the ranges",
                () -> kept.once(c -> {
                    JobTotals.reopen(c, plan.job().id());
                    return true;
                }));
    }

    /** What the database itself says is left. */
    JobReport counted(JobReport swept) {
        long left = retry.run("counting what is left", () -> kept.patient(c -> Planner.size(c, plan)))
                .values();
        JobTotals totals = totals();
        JobOutcome outcome = left == 0 && totals.quarantined() == 0 ? JobOutcome.DONE : JobOutcome.PARTIAL;
        return report(totals, outcome, Math.max(0, left - totals.quarantined()), swept.leftKeys());
    }

    JobReport closed(JobReport report) {
        retry.run(
                "closing a job",
                () -> kept.once(c -> {
                    JobStore.end(c, plan.job().id(), report.outcome());
                    return true;
                }));
        return report;
    }

    private JobTotals totals() {
        return retry.run(
                "reading the totals of a job",
                () -> kept.once(c -> JobTotals.read(c, plan.job().id())));
    }

    private JobReport report(JobTotals totals, JobOutcome outcome, long left, List<String> leftKeys) {
        return new JobReport(
                plan.job(),
                outcome,
                totals.moved(),
                totals.raced(),
                totals.quarantined(),
                totals.refused(),
                totals.refusals(),
                left,
                leftKeys);
    }
}
