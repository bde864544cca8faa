package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.QuarantineNotes.Note;
import dev.tegula.operations.reencrypt.QuarantineRetry;
import dev.tegula.operations.reencrypt.QuarantineRetry.Report;
import dev.tegula.operations.reencrypt.QuarantineRetry.Result;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.ReencryptionPlan;
import dev.tegula.operations.rotation.RotationRequest;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula quarantine retry}. */
@Command(
        name = "retry",
        description = {
            "Try values of the quarantine again, once the cause is mended: these rows alone, without a pass over their tables.",
            "What opens is moved to the ACTIVE key and leaves the quarantine; what does not stays, with its newest reason."
        })
final class QuarantineRetryCommand extends TegulaCommand {

    private static final int CONNECTIONS = 5;

    @Mixin
    final QuarantineChoice choice = new QuarantineChoice();

    @Mixin
    final AcceptOptions accept = new AcceptOptions();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open(CONNECTIONS)) {
            QuarantineText text = QuarantineText.of(open);
            List<Note> notes = choice.of(open, text);
            List<EncryptedColumn> columns = open.catalogue().columns();
            List<String> fields = notes.stream()
                    .flatMap(note -> text.field(note).stream())
                    .distinct()
                    .sorted()
                    .toList();
            return invocation.watching(
                    open,
                    fields.isEmpty() ? List.of() : Columns.matching(columns, fields),
                    () -> run(invocation, open, notes, columns, fields));
        }
    }

    private Outcome run(
            Invocation invocation,
            OpenDatabase open,
            List<Note> notes,
            List<EncryptedColumn> columns,
            List<String> fields) {
        RetryText text = new RetryText(QuarantineText.of(open), open.lifecycle().list());
        List<JobSpec> jobs = List.of();
        if (!fields.isEmpty()) {
            ReencryptionPlan plan = open.rotation(SweepSettings.standard(), KeyBackups.sink(open))
                    .planReencryption(
                            new RotationRequest(fields, Optional.empty(), Optional.empty(), 1, accept.kinds()));
            plan.findings().stream().findFirst().ifPresent(finding -> {
                throw finding.failure();
            });
            jobs = plan.jobs();
        }
        if (!change.dryRun && !notes.isEmpty()) {
            invocation.confirm(
                    change,
                    "Try " + Table.count(notes.size(), "value") + " in "
                            + open.database().name() + " again?");
        }
        QuarantineRetry retry =
                new QuarantineRetry(open.dataSource(), CipherSource.of(open.tegula()), SweepSettings.standard());
        Report report = retry.run(
                notes, columns, jobs, change.dryRun, invocation.interruption().control());
        if (change.dryRun) {
            return DryRun.of(text.layout(report, true), text.sentences(report, true), text.counted(report));
        }
        Exit exit = exit(report);
        return new Outcome(exit, text.document(report, exit), text.layout(report, false));
    }

    private static Exit exit(Report report) {
        if (!report.complete()) {
            return Exit.INTERRUPTED;
        }
        return report.count(Result.STAYS) + report.count(Result.HELD) > 0 ? Exit.PARTIAL : Exit.DONE;
    }
}
