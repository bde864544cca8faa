package dev.tegula.cli.command;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.IndexRotationPrinter;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.FieldId;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.rotation.IndexRotation;
import dev.tegula.operations.rotation.IndexRotationPlan;
import dev.tegula.operations.rotation.IndexRotationReport;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.registry.KeyRow;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tegula index rotate}. */
@Command(
        name = "rotate",
        description = {
            "Replace the key of all blind indexes and blind tokens of a field while applications run: every look-up finds its row and"
                    + " UNIQUE holds at every moment.",
            "Each needs a next column (@BlindIndexOf or @BlindTokensOf(…, next = true)). Run again to resume. Never destroys a key."
        })
final class IndexRotateCommand extends TegulaCommand {

    @Parameters(paramLabel = "FIELD", converter = FieldNames.One.class, description = "The field id.")
    String field = "";

    @Mixin
    final BackfillOptions rows = new BackfillOptions();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        invocation.about().fields(List.of(field));
        try (OpenDatabase open = invocation.open(4)) {
            Columns.requireKnown(open, List.of(field));
            IndexRotation rotation = new IndexRotation(
                    open.tegula(),
                    open.dataSource(),
                    KeyBackups.sink(open),
                    RotationSettings.standard()
                            .withWriteLimit(open.writeLimit())
                            .withSweep(rows.settings()),
                    CatalogueIndexes.normalizersOfClassPath());
            IndexRotationPlan plan = rotation.plan(FieldId.of(field));
            List<Finding> findings = rotation.findings(plan).stream()
                    .filter(finding -> !rows.accepted().contains(finding.kind()))
                    .toList();
            if (change.dryRun) {
                List<String> lines = new ArrayList<>(lines(plan));
                lines.addAll(FindingText.lines(findings));
                return DryRun.of(lines);
            }
            findings.stream().findFirst().ifPresent(finding -> {
                throw finding.failure();
            });
            List<IndexColumn> indexes = List.copyOf(plan.sources().keySet());
            invocation.confirm(
                    change,
                    "Replace the key of "
                            + String.join(", ", Indexes.labels(indexes).toList()) + " in "
                            + open.database().name() + "?");
            return invocation.watching(
                    open,
                    plan.sources().values().stream()
                            .flatMap(source -> source.values().stream())
                            .toList(),
                    () -> run(invocation, rotation));
        }
    }

    private static List<String> lines(IndexRotationPlan plan) {
        String first = plan.superseded().isEmpty()
                ? plan.pending()
                        .map(row -> "Would go on with " + row.label() + ", which waits to replace ")
                        .orElse("Would make a key that replaces ")
                : "Would finish the rotation to ";
        List<String> lines = new ArrayList<>(
                List.of(first + plan.active().label() + " of the blind indexes of " + plan.field() + ":"));
        plan.sources()
                .forEach((index, source) -> lines.add(
                        "  " + index.label() + ", next column " + index.next().orElse("")));
        return lines;
    }

    private Outcome run(Invocation invocation, IndexRotation rotation) {
        IndexRotationPrinter listener = new IndexRotationPrinter(invocation.console(), InstantSource.system());
        try {
            return outcome(rotation.run(
                    FieldId.of(field),
                    rows.accepted(),
                    listener,
                    invocation.interruption().control()));
        } finally {
            listener.clear();
        }
    }

    private static Outcome outcome(IndexRotationReport report) {
        Exit exit =
                switch (report.outcome()) {
                    case DONE, UNTIL -> Exit.DONE;
                    case STOPPED -> Exit.INTERRUPTED;
                    case PARTIAL -> Exit.PARTIAL;
                };
        Layout lines = new Layout();
        report.left().forEach(lines::add);
        if (report.shredded() > 0) {
            lines.add(Table.count(report.shredded(), "row")
                    + " of shredded tenants lost their index: it cannot be computed any more.");
        }
        boolean done = report.outcome() == RotationOutcome.DONE;
        lines.add(
                done
                        ? "The blind indexes of " + report.field() + " are under "
                                + report.key().label() + ": "
                                + Table.count(report.settled(), "row") + " moved; "
                                + report.retired().stream().map(KeyRow::label).toList() + " retired."
                        : "Run the same command again to go on.");
        return new Outcome(
                exit,
                Json.object(
                        "schema",
                        "tegula/index-rotate/1",
                        "outcome",
                        exit.word(),
                        "field",
                        report.field().value(),
                        "keyId",
                        report.key().keyId().hex(),
                        "version",
                        report.key().version(),
                        "state",
                        report.key().state().name(),
                        "retired",
                        report.retired().stream().map(row -> row.keyId().hex()).toList(),
                        "filled",
                        report.filled(),
                        "moved",
                        report.settled(),
                        "shredded",
                        report.shredded(),
                        "left",
                        report.left()),
                lines);
    }
}
