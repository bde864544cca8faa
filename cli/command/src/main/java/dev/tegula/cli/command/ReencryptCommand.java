package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Json;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.session.Session;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.Finding.Kind;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.Preflight;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.RunControl;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tegula reencrypt}. */
@Command(
        name = "reencrypt",
        description = {
            "Move every row to the field's ACTIVE key: one step of rotate alone.",
            "Makes, fences and retires no key. Run again to resume, on more hosts to help."
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

    @Mixin
    final ChangeOptions change = new ChangeOptions();

    @Override
    Outcome run(Invocation invocation) {
        try (Session session = invocation.session(sweep.workers + 3)) {
            List<EncryptedColumn> columns = Columns.required(session, fields);
            session.lifecycle()
                    .requireSealed(columns.stream().map(EncryptedColumn::field).toList());
            List<JobSpec> jobs = Jobs.toActive(columns, session.lifecycle().list());
            if (jobs.isEmpty()) {
                String nothing = "No superseded key can still cover values of " + String.join(", ", fields)
                        + "; nothing to move.";
                return change.dryRun
                        ? DryRun.of(nothing)
                        : Outcome.done(
                                Json.object("schema", "tegula/reencrypt/1", "outcome", "done", "jobs", List.of()),
                                nothing);
            }
            List<EncryptedColumn> moved =
                    jobs.stream().flatMap(job -> job.columns().stream()).toList();
            Set<Kind> accepted = accept.kinds();
            accepted.add(Kind.NOT_OWNER);
            List<Finding> findings =
                    new Preflight(session.dataSource()).look(moved).without(accepted);
            if (change.dryRun) {
                List<String> lines =
                        new ArrayList<>(jobs.stream().map(Jobs::text).toList());
                lines.addAll(FindingText.lines(findings));
                return DryRun.of(lines);
            }
            findings.stream().findFirst().ifPresent(finding -> {
                throw finding.failure();
            });
            invocation.confirm(
                    change,
                    "Re-encrypt " + jobs.size() + (jobs.size() == 1 ? " table" : " tables") + " in "
                            + session.database().name() + "?");
            Reencryption reencryption = new Reencryption(
                    session.dataSource(), CipherSource.of(session.tegula().keyring()), sweep.settings());
            List<JobReport> reports = new ArrayList<>();
            for (JobSpec job : jobs) {
                reports.add(sweep(invocation, reencryption, job));
            }
            return outcome(reports);
        }
    }

    private JobReport sweep(Invocation invocation, Reencryption reencryption, JobSpec spec) {
        RunControl control = invocation.interruption().control();
        ProgressPrinter progress = new ProgressPrinter(invocation.console(), "reencrypt", InstantSource.system());
        try {
            Job job = reencryption.plan(spec);
            JobReport swept = reencryption.sweep(job.id(), sweep.workers, control, progress);
            boolean ended = swept.outcome() == JobOutcome.DONE || swept.outcome() == JobOutcome.PARTIAL;
            return ended ? reencryption.close(job.id(), control) : swept;
        } finally {
            progress.clear();
        }
    }

    private static Outcome outcome(List<JobReport> reports) {
        List<Object> jobs = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        Exit exit = Exit.DONE;
        for (JobReport report : reports) {
            jobs.add(Json.object(
                    "job", report.job().id().toString(),
                    "table", report.job().table().toString(),
                    "outcome", report.outcome().name().toLowerCase(Locale.ROOT),
                    "moved", report.moved(),
                    "raced", report.raced(),
                    "quarantined", report.quarantined(),
                    "left", report.left(),
                    "leftRows", report.leftKeys()));
            lines.add(report.job().table() + ": " + report.outcome() + ", " + Table.number(report.moved())
                    + " values moved, " + Table.number(report.quarantined()) + " quarantined, "
                    + Table.number(report.left()) + " left");
            exit = worse(exit, report.outcome());
        }
        lines.add(
                exit == Exit.DONE
                        ? "Values that running applications write under an old key until their lease ends are not covered: tegula rotate"
                                + " fences and retires."
                        : "Run the same command again to go on.");
        return new Outcome(
                exit, Json.object("schema", "tegula/reencrypt/1", "outcome", exit.word(), "jobs", jobs), lines);
    }

    private static Exit worse(Exit exit, JobOutcome outcome) {
        return switch (outcome) {
            case DONE -> exit;
            case STOPPED -> Exit.INTERRUPTED;
            default -> exit == Exit.INTERRUPTED ? exit : Exit.PARTIAL;
        };
    }
}
