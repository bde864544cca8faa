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
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tegula index rotate}. */
@Command(
        name = "rotate",
        description = {
            "Replace the key of blind indexes and blind tokens while applications run: every look-up finds its row and"
                    + " UNIQUE holds at every moment. All of a field are under one key and move together.",
            "Each needs a next column (@BlindIndexOf or @BlindTokensOf(…, next = true)). Rows without an index get theirs first; those"
                    + " that can have none are named. Run again to resume. Never destroys a key."
        })
final class IndexRotateCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD|INDEX",
            arity = "1..*",
            converter = Indexes.Name.class,
            description = "Field ids or globs; or an index as schema.table.column, for all of its field.")
    List<String> names = List.of();

    @Mixin
    final BackfillOptions rows = new BackfillOptions();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open(4)) {
            List<FieldId> fields = Indexes.keyFields(open, names);
            invocation.about().fields(fields.stream().map(FieldId::value).toList());
            IndexRotation rotation = new IndexRotation(
                    open.tegula(),
                    open.dataSource(),
                    KeyBackups.sink(open),
                    RotationSettings.standard()
                            .withWriteLimit(open.writeLimit())
                            .withSweep(rows.settings()),
                    CatalogueIndexes.normalizersOfClassPath());
            List<IndexRotationPlan> plans = fields.stream().map(rotation::plan).toList();
            List<Finding> findings = plans.stream()
                    .flatMap(plan -> rotation.findings(plan).stream())
                    .distinct()
                    .filter(finding -> !rows.accepted().contains(finding.kind()))
                    .toList();
            if (change.dryRun) {
                List<String> lines = new ArrayList<>();
                plans.forEach(plan -> lines.addAll(lines(plan)));
                lines.addAll(FindingText.lines(findings));
                return DryRun.of(lines);
            }
            findings.stream().findFirst().ifPresent(finding -> {
                throw finding.failure();
            });
            List<IndexColumn> indexes = plans.stream()
                    .flatMap(plan -> plan.sources().keySet().stream())
                    .toList();
            invocation.confirm(
                    change,
                    "Replace the key of "
                            + String.join(", ", Indexes.labels(indexes).toList()) + " in "
                            + open.database().name() + "?");
            return invocation.watching(
                    open,
                    plans.stream()
                            .flatMap(plan -> plan.sources().values().stream())
                            .flatMap(source -> source.values().stream())
                            .distinct()
                            .toList(),
                    () -> run(invocation, rotation, fields));
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
                        "  " + index.label() + ", next column " + index.next().orElse("")
                                + (plan.missing().containsKey(index)
                                        ? "; " + Table.count(plan.missing().get(index), "row")
                                                + " without an index would get one first"
                                        : "")));
        return lines;
    }

    /** One after the other. What ends one, ends the run; a failure must not hide which are done: to rotate them again makes another key. */
    private Outcome run(Invocation invocation, IndexRotation rotation, List<FieldId> fields) {
        IndexRotationPrinter listener = new IndexRotationPrinter(invocation.console(), InstantSource.system());
        List<IndexRotationReport> reports = new ArrayList<>();
        try {
            for (FieldId field : fields) {
                if (reports.stream().noneMatch(report -> report.outcome() == RotationOutcome.STOPPED)) {
                    reports.add(rotation.run(
                            field,
                            rows.accepted(),
                            listener,
                            invocation.interruption().control()));
                }
            }
        } catch (RuntimeException e) {
            if (!reports.isEmpty()) {
                Layout done = new Layout();
                reports.forEach(report -> lines(done, report));
                done.add(again(fields, reports));
                listener.clear();
                invocation.console().say(done);
            }
            throw e;
        } finally {
            listener.clear();
        }
        return outcome(fields, reports);
    }

    private static Exit exit(IndexRotationReport report) {
        return switch (report.outcome()) {
            case DONE, UNTIL -> Exit.DONE;
            case STOPPED -> Exit.INTERRUPTED;
            case PARTIAL -> Exit.PARTIAL;
        };
    }

    /** Without the fields that are done. */
    private static String again(List<FieldId> fields, List<IndexRotationReport> reports) {
        Set<FieldId> done = reports.stream()
                .filter(report -> exit(report) == Exit.DONE)
                .map(IndexRotationReport::field)
                .collect(Collectors.toSet());
        return "Run again to go on: tegula index rotate "
                + fields.stream()
                        .filter(field -> !done.contains(field))
                        .map(FieldId::value)
                        .collect(Collectors.joining(" "));
    }

    private static Outcome outcome(List<FieldId> fields, List<IndexRotationReport> reports) {
        List<Exit> exits = reports.stream().map(IndexRotateCommand::exit).toList();
        Exit exit = exits.contains(Exit.INTERRUPTED)
                ? Exit.INTERRUPTED
                : exits.contains(Exit.PARTIAL) ? Exit.PARTIAL : Exit.DONE;
        Layout lines = new Layout();
        reports.forEach(report -> lines(lines, report));
        if (exit != Exit.DONE) {
            lines.add(again(fields, reports));
        }
        return new Outcome(
                exit,
                Json.object(
                        "schema",
                        "tegula/index-rotate/1",
                        "outcome",
                        exit.word(),
                        "fields",
                        reports.stream().map(IndexRotateCommand::document).toList()),
                lines);
    }

    private static void lines(Layout lines, IndexRotationReport report) {
        report.unindexed().forEach(lines::add);
        report.left().forEach(lines::add);
        if (report.shredded() > 0) {
            lines.add(Table.count(report.shredded(), "row")
                    + " of shredded tenants lost their index: it cannot be computed any more.");
        }
        if (exit(report) == Exit.DONE) {
            lines.add("The blind indexes of " + report.field() + " are under "
                    + report.key().label() + ": "
                    + Table.count(report.settled(), "row") + " moved; "
                    + report.retired().stream().map(KeyRow::label).toList() + " retired.");
        }
    }

    private static Object document(IndexRotationReport report) {
        return Json.object(
                "outcome",
                exit(report).word(),
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
                "unindexed",
                report.unindexed(),
                "left",
                report.left());
    }
}
