package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.UsageException;
import dev.tegula.envelope.KeyId;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.rotation.ReencryptionPlan;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationReport;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.Step;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula reencrypt}. */
@Command(
        name = "reencrypt",
        description = {
            "Move every row to the field's ACTIVE key: one step of rotate alone.",
            "Makes, fences and retires no key. Run again to resume, on more hosts to help.",
            "With --plan-only others run the ranges: tegula jobs run, a cluster, Spark."
        })
final class ReencryptCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD",
            arity = "1..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs.")
    List<String> fields = List.of();

    @Mixin
    final AcceptOptions accept = new AcceptOptions();

    @Mixin
    final SweepOptions sweep = new SweepOptions();

    @Option(
            names = "--plan-only",
            description = "Plan a job for each table and print its id and its number of ranges; move nothing.")
    boolean planOnly;

    @Option(
            names = "--ranges",
            paramLabel = "N",
            converter = Numbers.Ranges.class,
            description =
                    "With --plan-only: cut each table into at most so many ranges (default: by its size, up to 64).")
    int ranges;

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    void requireSense() {
        if (ranges > 0 && !planOnly) {
            throw new UsageException(
                    "--ranges is for --plan-only, where others run them. Here threads share the table out: --workers.");
        }
    }

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open(sweep.workers.count + 4)) {
            return invocation.watching(open, Columns.required(open, fields), () -> run(invocation, open));
        }
    }

    private Outcome run(Invocation invocation, OpenDatabase open) {
        Rotation rotation = open.rotation(sweep.settings(), KeyBackups.sink(open));
        RotationRequest request =
                new RotationRequest(fields, Optional.empty(), Optional.empty(), sweep.workers.count, accept.kinds());
        ReencryptionPlan plan = rotation.planReencryption(request);
        if (plan.jobs().isEmpty()) {
            String nothing =
                    "No superseded key can still cover values of " + String.join(", ", fields) + "; nothing to move.";
            return change.dryRun
                    ? DryRun.of(nothing)
                    : Outcome.done(
                            planOnly
                                    ? PlannedText.document(List.of())
                                    : Json.object(
                                            "schema",
                                            "tegula/reencrypt/1",
                                            "outcome",
                                            "done",
                                            "jobs",
                                            List.of(),
                                            "remarks",
                                            List.of()),
                            nothing);
        }
        if (change.dryRun) {
            List<String> lines = new ArrayList<>(
                    plan.jobs().stream().map(ReencryptCommand::text).toList());
            lines.addAll(FindingText.lines(plan.findings()));
            lines.addAll(AdviceText.lines(plan.advice()));
            plan.followers().forEach(follower -> lines.add("Note: " + follower + "."));
            return DryRun.of(lines);
        }
        plan.findings().stream().findFirst().ifPresent(finding -> {
            throw finding.failure();
        });
        int tables = plan.jobs().size();
        invocation.confirm(
                change,
                (planOnly ? "Plan the re-encryption of " : "Re-encrypt ") + tables
                        + (tables == 1 ? " table" : " tables") + " in "
                        + open.database().name() + "?");
        return planOnly ? planned(invocation, rotation, request) : outcome(reencrypt(invocation, rotation, request));
    }

    private Outcome planned(Invocation invocation, Rotation rotation, RotationRequest request) {
        List<Job> jobs = rotation.shared()
                .plan(request, ranges, sentence -> invocation.console().say(sentence));
        return Outcome.done(PlannedText.document(jobs), PlannedText.lines(jobs));
    }

    private static String text(JobSpec job) {
        return job.table() + ": "
                + job.moves().stream()
                        .map(move -> move.scope() + " from "
                                + move.sources().stream()
                                        .map(KeyId::shortHex)
                                        .sorted()
                                        .collect(Collectors.joining(", "))
                                + " to " + move.target().shortHex())
                        .collect(Collectors.joining("; "));
    }

    private static RotationReport reencrypt(Invocation invocation, Rotation rotation, RotationRequest request) {
        ProgressPrinter progress = new ProgressPrinter(invocation.console(), "reencrypt", InstantSource.system());
        RotationListener listener = new RotationListener() {
            @Override
            public void step(Step step, State state, String detail) {}

            @Override
            public void progress(Progress now) {
                progress.progress(now);
            }
        };
        try {
            return rotation.reencrypt(
                    request, listener, invocation.interruption().control());
        } finally {
            progress.clear();
        }
    }

    private static Outcome outcome(RotationReport report) {
        List<Object> jobs = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        Exit exit = exit(report.outcome());
        for (JobReport job : report.jobs()) {
            jobs.add(JobText.document(job));
            lines.add(JobText.line(job));
        }
        lines.addAll(report.remarks());
        lines.add(exit == Exit.DONE ? JobText.NOT_COVERED : "Run the same command again to go on.");
        return new Outcome(
                exit,
                Json.object(
                        "schema",
                        "tegula/reencrypt/1",
                        "outcome",
                        exit.word(),
                        "jobs",
                        jobs,
                        "remarks",
                        report.remarks()),
                lines);
    }

    private static Exit exit(RotationOutcome outcome) {
        return switch (outcome) {
            case DONE, UNTIL -> Exit.DONE;
            case STOPPED -> Exit.INTERRUPTED;
            case PARTIAL -> Exit.PARTIAL;
        };
    }
}
