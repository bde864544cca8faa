package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.AdoptionFacts;
import dev.tegula.operations.reencrypt.BackfillReport;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.PlainColumn;
import dev.tegula.operations.reencrypt.Preflight;
import dev.tegula.operations.reencrypt.Release;
import dev.tegula.operations.reencrypt.RunControl;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula release}. */
@Command(
        name = "release",
        description = {
            "Write the values of an encrypted column in clear into an empty one beside it, while applications run, and compare"
                    + " both: the way out of encryption.",
            "It begins with a trigger that puts what a mapping with plaintextColumn writes into both, and empties the column"
                    + " in clear where a release changes the encrypted one alone. Then deploy that mapping. Run again to resume,"
                    + " as often as you like; then with --fence, and then with --end. No envelope is removed: dropping the column"
                    + " is a migration of the application."
        })
final class ReleaseCommand extends TegulaCommand {

    @Parameters(paramLabel = "FIELD", converter = FieldNames.One.class, description = "The field.")
    String field = "";

    @Option(
            names = "--to",
            paramLabel = "COLUMN",
            required = true,
            description =
                    "The column in clear, in the table of the encrypted one; as schema.table.column where there are several.")
    String to = "";

    @Option(
            names = "--fence",
            description =
                    "Refuse from now on who writes the encrypted column alone, and fill and compare what was just written:"
                            + " when no release is left that does. Then deploy the one that knows the column in clear alone.")
    boolean fence;

    @Option(
            names = "--end",
            description =
                    "Compare every envelope once more, and refuse any further one: when no mapping with plaintextColumn is"
                            + " left. Then drop the encrypted column.")
    boolean end;

    @Mixin
    final BackfillOptions rows = new BackfillOptions();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        ReleaseStep step = ReleaseStep.of(fence, end);
        try (OpenDatabase open = invocation.open(3)) {
            invocation.about().fields(List.of(field));
            PlainColumn column = PlainColumns.of(open, field, to);
            Release release = new Release(open.dataSource(), open.tegula(), rows.settings());
            AdoptionFacts facts = release.facts(column);
            // The end changes no row.
            List<Finding> findings = step == ReleaseStep.END
                    ? List.of()
                    : new Preflight(open.dataSource()).lookBack(column).without(rows.accepted());
            if (change.dryRun) {
                return dryRun(step, release, column, facts, findings);
            }
            findings.stream().findFirst().ifPresent(finding -> {
                throw finding.failure();
            });
            release.obstacles(column).stream().findFirst().ifPresent(refused -> {
                throw refused;
            });
            invocation.confirm(
                    change, step.question(column) + " in " + open.database().name() + "?");
            return invocation.watching(
                    open, List.of(column.encrypted()), () -> release(step, invocation, open, release, column));
        }
    }

    private static Outcome dryRun(
            ReleaseStep step, Release release, PlainColumn column, AdoptionFacts facts, List<Finding> findings) {
        List<String> lines = new ArrayList<>();
        lines.add(ReleaseStep.reached(column, facts));
        lines.add("Would " + (step == ReleaseStep.END ? "compare" : "fill and compare") + " about "
                + Table.count(facts.rows(), "row") + ".");
        release.obstacles(column).forEach(refused -> lines.add("Would be refused: " + refused.getMessage()));
        lines.addAll(FindingText.lines(findings));
        return DryRun.of(lines);
    }

    private Outcome release(
            ReleaseStep step, Invocation invocation, OpenDatabase open, Release release, PlainColumn column) {
        ProgressPrinter progress = new ProgressPrinter(invocation.console(), "release", InstantSource.system());
        RunControl control = invocation.interruption().control();
        try {
            BackfillReport report =
                    switch (step) {
                        case FILL -> release.fill(column, rows.accepted(), control, progress);
                        case FENCE -> release.fence(column, rows.accepted(), control, progress);
                        case END -> release.end(column, control, progress);
                    };
            AdoptionFacts after = release.facts(column);
            return outcome(step, column, report, after, Columns.required(open, List.of(field)));
        } finally {
            progress.clear();
        }
    }

    private static Outcome outcome(
            ReleaseStep step,
            PlainColumn column,
            BackfillReport report,
            AdoptionFacts after,
            List<EncryptedColumn> ofField) {
        List<String> encrypted = ofField.stream()
                .filter(each -> !after.ended()
                        || !each.label().equals(column.encrypted().label()))
                .map(EncryptedColumn::label)
                .sorted()
                .toList();
        Layout lines = new Layout();
        lines.add(PlainColumns.place(column) + ": " + Table.count(report.filled(), "row") + " filled, "
                + Table.number(report.sound()) + " compared and sound, " + Table.number(report.left()) + " not"
                + (report.complete() ? "." : "; stopped before the end."));
        PlainColumns.list(lines, report.wrong(), "says something else in " + column.name());
        PlainColumns.list(
                lines,
                report.missing(),
                "has one of both: changed meanwhile, or a trigger of the table took the change back, or its value has no place in "
                        + column.name());
        PlainColumns.list(lines, report.unreadable(), "does not open, or has a value in clear that Java does not have");
        if (report.shredded() > 0) {
            lines.add(PlainColumns.dead(column, report));
        }
        lines.add("Still encrypted: " + (encrypted.isEmpty() ? "nothing of this field" : String.join(", ", encrypted))
                + ".");
        lines.add(report.clean() ? next(column, after) : again(step, report));
        Exit exit = !report.wrong().isEmpty()
                ? Exit.UNVERIFIED
                : !report.complete() ? Exit.INTERRUPTED : report.clean() ? Exit.DONE : Exit.PARTIAL;
        return new Outcome(
                exit,
                Json.object(
                        "schema", "tegula/release/1",
                        "field", column.encrypted().field().value(),
                        "column", column.encrypted().label(),
                        "plaintextColumn", PlainColumns.place(column),
                        "state", after.ended() ? "ended" : after.released() ? "fenced" : "filling",
                        "complete", report.complete(),
                        "filled", report.filled(),
                        "sound", report.sound(),
                        "left", report.left(),
                        "different", report.wrong(),
                        "missing", report.missing(),
                        "unreadable", report.unreadable(),
                        "shredded", report.shredded(),
                        "stillEncrypted", encrypted),
                lines);
    }

    private static String again(ReleaseStep step, BackfillReport report) {
        return step == ReleaseStep.END && !report.missing().isEmpty()
                ? "Look at the rows that are listed; run --fence again, which fills those that have one of both, and then --end."
                : PlainColumns.again(report);
    }

    private static String next(PlainColumn column, AdoptionFacts after) {
        String encrypted = column.encrypted().column();
        if (after.ended()) {
            return "Every envelope that is left says the same. Next: a migration that drops the trigger and the function "
                    + after.guard() + ", then the column " + encrypted
                    + "; then `tegula fields remove " + column.encrypted().argument()
                    + "`. Its envelopes are in backups until those expire: keep the keys as long.";
        }
        return after.released()
                ? "Who writes " + encrypted + " alone is refused. Next: the release that knows " + column.name()
                        + " alone; when none is left with plaintextColumn, the same command with --end."
                : "Next: the release with plaintextColumn = \"" + column.name() + "\"; when none is left that writes "
                        + encrypted + " alone, the same command with --fence.";
    }
}
