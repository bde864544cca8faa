package dev.tegula.cli.command;

import dev.tegula.audit.AuditHead;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.UsageException;
import dev.tegula.cli.report.Limits;
import dev.tegula.cli.report.Report;
import dev.tegula.cli.report.ReportDocument;
import dev.tegula.cli.report.ReportPage;
import dev.tegula.cli.report.ReportTable;
import dev.tegula.cli.report.ReportText;
import dev.tegula.cli.report.ScanTaking;
import dev.tegula.cli.report.Taking;
import dev.tegula.cli.setup.Doctor;
import dev.tegula.failure.RefusedException;
import dev.tegula.file.DurableFile;
import dev.tegula.operations.check.CheckList;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Survey;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tegula report}. */
@Command(
        name = "report",
        description = {
            "Tell which values are encrypted under which keys, which are in clear, what is due, and what it cannot know.",
            "With --out a page for a browser and for paper, with --csv a table; both and --json at once if wanted. Exit 3 if"
                    + " something in it is wrong or due. No value, secret or key is in it; names and findings are. Changes"
                    + " nothing."
        })
final class ReportCommand extends TegulaCommand {

    /** Not the name of a file that somebody could mean. */
    private static final String STDOUT = "-";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Write the page to a new file that only you may read. A file that is there is never overwritten.")
    @Nullable
    Path out;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = STDOUT,
            description =
                    "Write a table for spreadsheets to a new file that only you may read, or without FILE to stdout: a row"
                            + " for each of the page's.")
    @Nullable
    Path csv;

    @Option(
            names = "--exact",
            description =
                    "Count large tables too, page by page; without, their last census is shown, or an estimate by a sample.")
    boolean exact;

    @Option(
            names = "--no-checks",
            description =
                    "Leave out what tegula doctor checks. It unwraps every key, which takes a KMS its time where there are"
                            + " many.")
    boolean noChecks;

    @Option(
            names = "--no-scan",
            description =
                    "Leave out what tegula scan looks for: undeclared envelopes, and what looks personal in clear.")
    boolean noScan;

    @Option(
            names = "--anchor",
            paramLabel = "CHAIN:SEQ:MAC",
            converter = AuditVerifyCommand.Anchor.class,
            description = "Where the audit trail ended before, as an earlier report says; may be given several times.")
    List<AuditHead> anchors = List.of();

    @Override
    void requireSense() {
        if (common.json && toStdout()) {
            throw new UsageException(
                    "--json and --csv both write to stdout. Name a file for the table: --csv report.csv");
        }
        if (out != null
                && csv != null
                && out.toAbsolutePath().normalize().equals(csv.toAbsolutePath().normalize())) {
            throw new UsageException("--out and --csv name the same file. Name two.");
        }
    }

    private boolean toStdout() {
        return csv != null && csv.toString().equals(STDOUT);
    }

    @Override
    Outcome run(Invocation invocation) {
        if (out != null) {
            DurableFile.requireNew("The file " + out, out);
        }
        if (csv != null && !toStdout()) {
            DurableFile.requireNew("The file " + csv, csv);
        }
        try (OpenDatabase open = invocation.open(4)) {
            Survey survey = new Survey(open.tegula(), open.dataSource(), SweepSettings.standard());
            Report report = new Taking(
                            open,
                            open.tegula().registry().clock(),
                            filter -> exact
                                    ? survey.count(
                                                    filter,
                                                    invocation.interruption().control(),
                                                    ProgressPrinter.ofCensus(
                                                            invocation.console(), InstantSource.system()))
                                            .report()
                                            .orElseThrow(ReportCommand::stopped)
                                    : survey.look(filter, Survey.Large.LAST_CENSUS),
                            noScan
                                    ? Optional.empty()
                                    : Optional.of(ScanTaking.standard(
                                            invocation.interruption().control(),
                                            ScanCommand.progress(invocation.console()))),
                            () -> checks(open, invocation),
                            anchors,
                            Limits.standard(),
                            CommandTree.version())
                    .take();
            return outcome(report, invocation);
        }
    }

    private Optional<CheckList> checks(OpenDatabase open, Invocation invocation) {
        if (noChecks) {
            return Optional.empty();
        }
        invocation.console().say("Checking rights, KMS and keys, as tegula doctor does.");
        return Optional.of(new Doctor(open.configuration()).all(open.database().name(), ""));
    }

    private static RefusedException stopped() {
        return new RefusedException(
                "stopped", "Stopped before everything was counted; no report was written. Run it again to go on.");
    }

    private Outcome outcome(Report report, Invocation invocation) {
        Map<String, Object> document = ReportDocument.of(report);
        Layout lines = ReportText.of(report);
        if (invocation.interruption().control().stopped()) {
            return new Outcome(
                    Exit.INTERRUPTED,
                    document,
                    lines.add(
                            "Stopped: not everything was counted, and no file was written. What was counted is kept; run the same"
                                    + " command again to go on."));
        }
        if (out == null) {
            lines.add("tegula report --out report.html   writes all of it, as a page for a browser and for paper");
        } else {
            DurableFile.create("The file " + out, out, ReportPage.of(report));
            document.put("file", out.toString());
            lines.add("The report is in " + out + ".");
        }
        Exit exit = report.needsSomebody() ? Exit.PARTIAL : Exit.DONE;
        if (toStdout()) {
            invocation.console().printBytes(ReportTable.of(report));
            return new Outcome(exit, document, new Layout());
        }
        if (csv != null) {
            DurableFile.create("The file " + csv, csv, ReportTable.of(report));
            document.put("table", csv.toString());
            lines.add("The table is in " + csv + ".");
        }
        return new Outcome(exit, document, lines);
    }
}
