package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.FieldId;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.rotation.RotationPlan;
import dev.tegula.operations.rotation.RotationPlan.ColumnPlan;
import dev.tegula.operations.rotation.RotationPlan.ScopePlan;
import dev.tegula.operations.rotation.Step;
import dev.tegula.registry.KeyRow;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a rotation would do, step by step. */
final class PlanText {

    private static final long MEGABYTE = 1_000_000;

    private final OpenDatabase open;
    private final RotationPlan plan;

    PlanText(OpenDatabase open, RotationPlan plan) {
        this.open = open;
        this.plan = plan;
    }

    /** For {@code --dry-run}. */
    Outcome dryRun() {
        List<String> findings = FindingText.lines(plan.findings());
        List<String> summary = new ArrayList<>();
        summary.add("Would rotate " + (estimated() ? "about " : "") + Table.count(plan.values(), "value") + " of "
                + Table.count(plan.columns().size(), "column") + ".");
        if (estimated()) {
            summary.add("Large tables were not counted but estimated; `tegula status --exact` counts them.");
        }
        plan.unplaced()
                .forEach(field -> summary.add("Would not rotate " + field
                        + ": it has an ACTIVE key, but no column of it is in the catalogue."));
        plan.followers().forEach(follower -> summary.add("Note: " + follower + "."));
        summary.addAll(findings);
        return DryRun.of(layout().addAll(summary.subList(1, summary.size())), summary, document());
    }

    private boolean estimated() {
        return plan.columns().stream().anyMatch(column -> !column.exact());
    }

    /** For people. */
    Layout layout() {
        Layout lines = new Layout();
        for (ScopePlan scope : plan.scopes()) {
            lines.add(scope.scope() + " in " + open.database().name() + "   "
                    + scope.active().map(row -> row.label() + " ACTIVE").orElse("no ACTIVE key")
                    + (scope.next() == Step.CREATE ? "" : ", a rotation is under way"));
        }
        Table table = Table.plain();
        for (ColumnPlan column : plan.columns()) {
            table.row(
                    column.column().label(),
                    (column.exact() ? "" : "about ") + Table.number(column.values()) + " values",
                    column.updateTriggers().isEmpty()
                            ? ""
                            : "UPDATE triggers: " + String.join(", ", column.updateTriggers()));
        }
        lines.add(table, "  ");
        lines.addAll(AdviceText.lines(plan.advice()));
        Table steps = Table.plain();
        int number = 0;
        for (Step step : Step.values()) {
            number++;
            boolean done = plan.scopes().stream().allMatch(scope -> scope.next().compareTo(step) > 0);
            String name = number + " " + step.name().toLowerCase(Locale.ROOT);
            steps.row(name, done ? "done" : explained(step));
        }
        lines.add(steps, "  ");
        return lines;
    }

    private String explained(Step step) {
        return switch (step) {
            case CREATE ->
                plan.scopes().stream()
                                .map(scope -> "v" + (newest(scope) + 1) + " PENDING under KEK " + scope.kekAlias())
                                .distinct()
                                .collect(Collectors.joining(", "))
                        + "; unwrapped, compared, backed up";
            case ACTIVATE -> "the new key ACTIVE, the old one DECRYPT_ONLY";
            case WAIT ->
                "at most " + ProgressPrinter.shortly(plan.longestWait().toSeconds()) + " for the write lease of "
                        + (plan.instances().isEmpty()
                                ? "instances; none reports itself now"
                                : String.join(", ", plan.instances()));
            case REENCRYPT ->
                tables() + ", one pass each: about "
                        + ProgressPrinter.shortly(plan.estimate().toSeconds()) + " at "
                        + Table.number(Math.round(plan.perSecond())) + " values/s, "
                        + Table.number(Math.max(1, plan.walBytes() / MEGABYTE))
                        + " MB WAL; rows are locked a page at a time";
            case FENCE ->
                "a CHECK on " + plan.columns().size() + (plan.columns().size() == 1 ? " column" : " columns")
                        + " refuses the old key from then on; then the stragglers";
            case VERIFY -> "every value, twice";
            case RETIRE -> "the old key, if nothing needs it. " + destroyable();
        };
    }

    private String tables() {
        long count = plan.columns().stream()
                .map(column -> column.column().schema() + "." + column.column().table())
                .distinct()
                .count();
        return count == 1 ? "1 table" : count + " tables";
    }

    private String destroyable() {
        if (open.retention().backups().isEmpty()
                || open.retention().changefeeds().isEmpty()) {
            return "Destroy refuses until tegula.keys.retention is declared";
        }
        return "Destroy is possible from "
                + open.retention()
                        .destroyableFrom(Instant.now())
                        .atZone(ZoneOffset.UTC)
                        .toLocalDate() + " and is yours to run";
    }

    private static int newest(ScopePlan scope) {
        int active = scope.active().map(KeyRow::version).orElse(0);
        return Math.max(
                active, scope.old().stream().mapToInt(KeyRow::version).max().orElse(0));
    }

    private Map<String, Object> document() {
        List<Object> scopes = new ArrayList<>();
        plan.scopes()
                .forEach(scope -> scopes.add(Json.object(
                        "field", scope.scope().field().value(),
                        "tenant", scope.scope().tenant().name().orElse(null),
                        "active", scope.active().map(KeyText::document).orElse(null),
                        "pending", scope.pending().map(KeyText::document).orElse(null),
                        "next", scope.next().name().toLowerCase(Locale.ROOT),
                        "kek", scope.kekAlias())));
        List<Object> columns = new ArrayList<>();
        plan.columns()
                .forEach(column -> columns.add(Json.object(
                        "field", column.column().field().value(),
                        "column", column.column().label(),
                        "values", column.values(),
                        "exact", column.exact(),
                        "updateTriggers", column.updateTriggers())));
        return Json.object(
                "database", open.database().name(),
                "scopes", scopes,
                "columns", columns,
                "instances", plan.instances(),
                "values", plan.values(),
                "valuesEstimated", estimated(),
                "estimateSeconds", plan.estimate().toSeconds(),
                "walBytes", plan.walBytes(),
                "longestWaitSeconds", plan.longestWait().toSeconds(),
                "unplaced", plan.unplaced().stream().map(FieldId::value).toList(),
                "findings", FindingText.documents(plan.findings()),
                "advice", AdviceText.documents(plan.advice()),
                "followers", plan.followers().isEmpty() ? null : plan.followers());
    }
}
