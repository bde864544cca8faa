package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.FieldId;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.VerifyReport;
import dev.tegula.operations.rotation.RotationReport;
import dev.tegula.operations.rotation.RotationReport.ScopeResult;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a rotation did. */
final class RotationText {

    private final OpenDatabase open;
    private final RotationReport report;

    RotationText(OpenDatabase open, RotationReport report) {
        this.open = open;
        this.report = report;
    }

    /** For people and programs. */
    Outcome outcome() {
        List<String> lines = new ArrayList<>();
        List<Object> scopes = new ArrayList<>();
        for (ScopeResult scope : report.scopes()) {
            lines.add(line(scope));
            scopes.add(document(scope));
        }
        lines.add(
                Table.number(report.moved()) + " values moved, " + Table.number(report.quarantined()) + " quarantined, "
                        + report.verified()
                                .map(found -> Table.number(found.openedTotal()) + " verified, "
                                        + Table.number(found.badTotal()) + " do not verify, ")
                                .orElse("")
                        + "in " + ProgressPrinter.shortly(report.elapsed().toSeconds()) + ".");
        lines.addAll(report.remarks());
        lines.addAll(next());
        return new Outcome(exit(), document(scopes), lines);
    }

    private Exit exit() {
        return switch (report.outcome()) {
            case DONE, UNTIL -> report.unplaced().isEmpty() ? Exit.DONE : Exit.PARTIAL;
            case PARTIAL -> Exit.PARTIAL;
            case STOPPED -> Exit.INTERRUPTED;
        };
    }

    private static String line(ScopeResult scope) {
        StringBuilder line = new StringBuilder(scope.scope().toString()).append("   ");
        for (KeyRow from : scope.from()) {
            line.append(from.label()).append(' ').append(from.state()).append(" → ");
        }
        return line.append(scope.to().map(to -> to.label() + " " + to.state()).orElse("no new key yet"))
                .toString();
    }

    private List<String> next() {
        List<String> next = new ArrayList<>();
        switch (report.outcome()) {
            case STOPPED -> next.add("Stopped; state is saved. Run the same command again to go on.");
            case PARTIAL -> {
                next.add("Not finished: the old keys stay in use. Next:");
                String fields = report.scopes().stream()
                        .map(scope -> scope.scope().field().value())
                        .distinct()
                        .collect(Collectors.joining(" "));
                if (report.quarantined() > 0 || bad() > 0) {
                    next.add("  tegula verify " + fields
                            + "   lists bad values by primary key; write each again through the"
                            + " application, from a backup, or set it to NULL");
                }
                next.add("  tegula rotate " + fields + "   then moves the rest and retires the old keys");
            }
            case UNTIL -> next.add("Run tegula rotate again to take the other steps.");
            case DONE ->
                report.scopes().stream()
                        .flatMap(scope -> scope.from().stream())
                        .filter(row -> row.state() == KeyState.RETIRED)
                        .forEach(row -> next.add(NextStep.destroy(open, row)));
        }
        return next;
    }

    private long bad() {
        return report.verified().map(VerifyReport::badTotal).orElse(0L);
    }

    private Map<String, Object> document(List<Object> scopes) {
        List<Object> nextSteps = new ArrayList<>();
        report.scopes().stream()
                .flatMap(scope -> scope.from().stream())
                .filter(row -> row.state() == KeyState.RETIRED)
                .forEach(row -> nextSteps.add(Json.object(
                        "command", NextStep.destroyCommand(row),
                        "notBefore",
                                NextStep.destroyableFrom(open, row)
                                        .map(Instant::toString)
                                        .orElse(null))));
        return Json.object(
                "schema", "tegula/rotate/1",
                "outcome", report.outcome().name().toLowerCase(Locale.ROOT),
                "reached",
                        report.reached()
                                .map(step -> step.name().toLowerCase(Locale.ROOT))
                                .orElse(null),
                "database", open.database().name(),
                "scopes", scopes,
                "values",
                        Json.object(
                                "reencrypted", report.moved(),
                                "quarantined", report.quarantined(),
                                "bad",
                                        report.verified()
                                                .map(VerifyReport::badTotal)
                                                .orElse(null),
                                "verified",
                                        report.verified()
                                                .map(VerifyReport::openedTotal)
                                                .orElse(null)),
                "jobs",
                        report.jobs().stream()
                                .map(job -> job.job().id().toString())
                                .toList(),
                "unplaced", report.unplaced().stream().map(FieldId::value).toList(),
                "remarks", report.remarks(),
                "elapsed", report.elapsed().toString(),
                "next", nextSteps);
    }

    private static Map<String, Object> document(ScopeResult scope) {
        return Json.object(
                "field", scope.scope().field().value(),
                "tenant", scope.scope().tenant().name().orElse(null),
                "from", scope.from().stream().map(KeyText::document).toList(),
                "to", scope.to().map(KeyText::document).orElse(null));
    }
}
