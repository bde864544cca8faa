package dev.tegula.cli.command;

import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.Rebinding;
import dev.tegula.operations.reencrypt.Rebinding.Left;
import dev.tegula.operations.reencrypt.Rebinding.Report;
import dev.tegula.operations.reencrypt.Rebinding.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What came of values of rows whose key was changed, for people and programs. */
final class RebindText {

    private static final int MOST_SHOWN = 200;

    private final String table;
    private final Report report;

    RebindText(String table, Report report) {
        this.table = table;
        this.report = report;
    }

    Map<String, Object> document(Exit exit) {
        Map<String, Object> document =
                new LinkedHashMap<>(Json.object("schema", "tegula/rebind/1", "outcome", exit.word()));
        document.putAll(counted());
        return document;
    }

    /** How many of each result, and each value that was not bound. */
    Map<String, Object> counted() {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("table", table);
        for (Result result : Result.values()) {
            counts.put(word(result), report.count(result));
        }
        counts.put("left", report.left().stream().map(RebindText::document).toList());
        return counts;
    }

    private static Map<String, Object> document(Left left) {
        return Json.object(
                "line", left.line(),
                "row", left.row(),
                "column", left.column().isEmpty() ? null : left.column(),
                "result", word(left.result()),
                "reason", left.reason().isEmpty() ? null : left.reason(),
                "refusal", left.refusal().orElse(null));
    }

    private static String word(Result result) {
        return result.name().toLowerCase(Locale.ROOT);
    }

    Layout layout(boolean would) {
        Layout lines = new Layout();
        if (!report.left().isEmpty()) {
            Table shown = Table.headed("LINE", "ROW", "COLUMN", "RESULT", "WHY");
            report.left().stream()
                    .limit(MOST_SHOWN)
                    .forEach(left -> shown.row(
                            String.valueOf(left.line()), left.row(), left.column(), word(left.result()), why(left)));
            lines.add(shown);
            long more = report.count(Result.STAYS) + report.count(Result.HELD) + report.count(Result.GONE) - MOST_SHOWN;
            if (more > 0) {
                lines.add("and " + Table.number(more) + " more; --json gives the first 1,000");
            }
        }
        return lines.addAll(sentences(would));
    }

    private static String why(Left left) {
        return switch (left.result()) {
            case GONE -> "no row has its new key";
            case HELD -> "somebody held or changed the row";
            default ->
                left.reason() + left.refusal().map(refusal -> ": " + refusal).orElse("");
        };
    }

    /** The sum, and what to do next. */
    List<String> sentences(boolean would) {
        List<String> lines = new ArrayList<>();
        lines.add(Table.count(report.count(Result.BOUND), "value") + (would ? " would be" : "")
                + " bound to the new key of " + (report.count(Result.BOUND) == 1 ? "its row, " : "their rows, ")
                + Table.number(report.count(Result.ALREADY)) + " already "
                + (report.count(Result.ALREADY) == 1 ? "is, " : "are, ")
                + Table.number(report.count(Result.STAYS)) + (would ? " would stay." : " stayed."));
        if (report.count(Result.GONE) > 0) {
            lines.add("No row of the table has the new key of " + Table.count(report.count(Result.GONE), "line")
                    + " of the list.");
        }
        report.left().stream()
                .filter(left -> left.result() == Result.STAYS)
                .map(left -> left.reason() + ": " + cure(left.reason()) + ".")
                .distinct()
                .forEach(lines::add);
        if (would) {
            lines.add("Whether the table takes each row only a run tells.");
        } else if (!report.complete() || report.count(Result.HELD) > 0) {
            lines.add("Run the same command again to go on.");
        }
        return lines;
    }

    private static String cure(String reason) {
        return switch (reason) {
            case Rebinding.IN_USE ->
                "It opens under the old key, but a row has that key, so it may be that row's value. If it is the value of this"
                        + " row, write it again through the application";
            case "cannot-open" ->
                "It opens under neither key. Was another value put there, does the list name another row, or had the key other"
                        + " types (--was)";
            case "mode-refused" -> "It is not bound to any row. Write it again through the application";
            case "tenant-missing" -> "The row names no tenant. Give it one";
            default -> QuarantineText.cure(reason);
        };
    }
}
