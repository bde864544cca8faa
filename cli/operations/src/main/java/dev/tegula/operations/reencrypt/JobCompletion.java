package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Retry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** The steps that end a job. */
final class JobCompletion {

    private final KeptConnection kept;
    private final Retry retry;
    private final JobPlan plan;
    private final CipherSource ciphers;
    private final RunControl control;
    private final PagedCount pages;

    JobCompletion(KeptConnection kept, RunControl control, JobPlan plan, CipherSource ciphers, PagedCount pages) {
        this.ciphers = ciphers;
        this.kept = kept;
        this.control = control;
        this.retry = control.retry();
        this.plan = plan;
        this.pages = pages;
    }

    /** Where the job stands, after quarantined values that were cured meanwhile are forgotten; TAKEN if it is not through. */
    JobReport reconciled() {
        List<KeyId> keys = plan.columns().stream()
                .flatMap(c -> plan.sources(c).stream())
                .distinct()
                .toList();
        retry.run(
                "looking at the quarantine",
                () -> kept.patient(c -> {
                    int forgotten = Quarantine.forgetCured(c, keys);
                    if (forgotten > 0) {
                        ciphers.tell(
                                c,
                                QuarantineTold.forgotten(
                                        plan.job().table(), plan.job().id(), forgotten));
                    }
                    return forgotten;
                }));
        JobTotals totals = totals();
        if (totals.done() < plan.job().ranges()) {
            return report(totals, plan.open() ? JobOutcome.TAKEN : plan.closed(), totals.left(), List.of());
        }
        JobOutcome outcome = totals.quarantined() == 0 ? JobOutcome.DONE : JobOutcome.PARTIAL;
        return report(totals, plan.open() ? outcome : plan.closed(), totals.left(), List.of());
    }

    /** Whether every column refuses every source: what a job that ended with its fence left behind. */
    boolean fenced(Fence fence) {
        return plan.columns().stream()
                .allMatch(column -> fence.covers(plan.job().table(), column.name(), plan.sources(column)));
    }

    boolean open() {
        return plan.open();
    }

    void fence(Fence fence) {
        Map<String, Set<KeyId>> keys = new HashMap<>();
        plan.columns().forEach(c -> keys.put(c.name(), new HashSet<>(plan.sources(c))));
        fence.raise(plan.job().table(), keys, plan.perTenant(), control);
    }

    void reopen() {
        retry.run(
                "reopening the ranges",
                () -> kept.once(c -> {
                    JobTotals.reopen(c, plan.job().id());
                    return true;
                }));
    }

    /** What the database itself says is left: rows of jobs can be edited. STOPPED if the control ended the count. */
    JobReport counted(JobReport swept) {
        OptionalLong counted = plan.job().estimated() ? paged() : OptionalLong.of(atOnce());
        if (counted.isEmpty()) {
            return swept.as(JobOutcome.STOPPED);
        }
        long left = counted.getAsLong();
        JobTotals totals = totals();
        JobOutcome outcome = left == 0 && totals.quarantined() == 0 ? JobOutcome.DONE : JobOutcome.PARTIAL;
        return report(totals, outcome, Math.max(0, left - totals.quarantined()), swept.leftKeys());
    }

    private long atOnce() {
        return retry.run("counting what is left", () -> kept.patient(c -> Planner.size(c, plan)))
                .values();
    }

    /** A large table is read in pages, so that no transaction is long; empty if that was stopped. */
    private OptionalLong paged() {
        TableShape shape = shape();
        TableTally tally = pages.run(kept, shape, plan, control);
        if (!tally.complete()) {
            return OptionalLong.empty();
        }
        shape(); // of pages of another key nobody knows what they passed over
        long left = 0;
        for (int i = 0; i < plan.columns().size(); i++) {
            TableTally.Column found = tally.columns().get(i);
            left += plan.sources(plan.columns().get(i)).stream()
                    .mapToLong(key -> found.values().getOrDefault(key, 0L))
                    .sum();
        }
        return OptionalLong.of(left);
    }

    private TableShape shape() {
        return retry.run(
                "counting what is left",
                () -> kept.once(c -> TableShape.pinned(c, plan.job().table(), plan.keyColumns())));
    }

    JobReport closed(JobReport report) {
        if (report.outcome() == JobOutcome.STOPPED) {
            return report;
        }
        retry.run(
                "closing a job",
                () -> kept.once(c -> {
                    if (JobStore.end(c, plan.job().id(), report.outcome()) > 0) {
                        ciphers.tell(c, JobTold.ended(plan, report.outcome()));
                    }
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
