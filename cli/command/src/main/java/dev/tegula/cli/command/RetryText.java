package dev.tegula.cli.command;

import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.QuarantineRetry;
import dev.tegula.operations.reencrypt.QuarantineRetry.Report;
import dev.tegula.operations.reencrypt.QuarantineRetry.Result;
import dev.tegula.operations.reencrypt.QuarantineRetry.Tried;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What came of values that were tried again, for people and programs. */
final class RetryText {

    private static final int MOST_SHOWN = 200;

    private final QuarantineText text;
    private final List<KeyRow> keys;

    RetryText(QuarantineText text, List<KeyRow> keys) {
        this.text = text;
        this.keys = keys;
    }

    Map<String, Object> document(Report report, Exit exit) {
        Map<String, Object> document =
                new LinkedHashMap<>(Json.object("schema", "tegula/quarantine-retry/1", "outcome", exit.word()));
        document.putAll(counted(report));
        return document;
    }

    /** How many of each result, and each value. */
    Map<String, Object> counted(Report report) {
        Map<String, Object> counts = new LinkedHashMap<>();
        for (Result result : Result.values()) {
            counts.put(word(result), report.count(result));
        }
        counts.put("values", report.values().stream().map(this::document).toList());
        return counts;
    }

    private Map<String, Object> document(Tried tried) {
        return Json.object(
                "column", tried.note().place(),
                "row", tried.note().row(),
                "field", text.field(tried.note()).orElse(null),
                "keyId", tried.note().keyId().hex(),
                "job", tried.note().job().toString(),
                "result", word(tried.result()),
                "reason", tried.reason().isEmpty() ? null : tried.reason(),
                "refusal", tried.refusal().orElse(null));
    }

    private static String word(Result result) {
        return result.name().toLowerCase(Locale.ROOT);
    }

    Layout layout(Report report, boolean would) {
        Layout lines = new Layout();
        if (!report.values().isEmpty()) {
            Table table = Table.headed("COLUMN", "ROW", "RESULT", "WHY");
            report.values().stream()
                    .limit(MOST_SHOWN)
                    .forEach(tried ->
                            table.row(tried.note().place(), tried.note().row(), word(tried.result()), why(tried)));
            lines.add(table);
            if (report.values().size() > MOST_SHOWN) {
                lines.add("and " + Table.number(report.values().size() - MOST_SHOWN) + " more; --json gives all");
            }
        }
        return lines.addAll(sentences(report, would));
    }

    private static String why(Tried tried) {
        return switch (tried.result()) {
            case MOVED -> "it opens, and goes to the ACTIVE key";
            case REPLACED -> "another value was written that need not be moved, or NULL";
            case GONE -> "its row or column is gone";
            case HELD -> "somebody held or changed the row";
            case TAKEN -> "its note was taken away meanwhile; by this run, if the database lost an answer";
            case STAYS ->
                tried.reason() + tried.refusal().map(refusal -> ": " + refusal).orElse("");
        };
    }

    /** The sum, and what to do next. */
    List<String> sentences(Report report, boolean would) {
        if (report.values().isEmpty() && report.complete()) {
            return List.of("No such value is in the quarantine.");
        }
        List<String> lines = new ArrayList<>();
        long leave = report.count(Result.REPLACED) + report.count(Result.GONE) + report.count(Result.TAKEN);
        lines.add(Table.count(report.count(Result.MOVED), "value") + (would ? " would be" : "") + " moved, "
                + Table.number(leave) + (would ? " would leave" : " left") + " without a move, "
                + Table.number(report.count(Result.STAYS)) + (would ? " would stay" : " stayed")
                + held(report.count(Result.HELD)) + ".");
        report.values().stream()
                .filter(tried -> tried.result() == Result.STAYS)
                .map(tried -> tried.reason() + ": " + cure(tried.reason()) + ".")
                .distinct()
                .forEach(lines::add);
        boolean refusable = report.values().stream()
                .anyMatch(tried ->
                        tried.result() == Result.MOVED && tried.note().refusal().isPresent());
        if (would && refusable) {
            lines.add("Whether a table takes a row that it once refused only a run tells.");
        }
        if (!would && (!report.complete() || report.count(Result.HELD) > 0)) {
            lines.add("Run the same command again to go on.");
        }
        List<String> waiting = waiting(report);
        if (!would && !waiting.isEmpty()) {
            String fields = String.join(" ", waiting) + (text.perTenant(waiting) ? " --all-tenants" : "");
            lines.add("`tegula rotate " + fields + "` goes on with the rotation that stopped at them.");
        }
        return lines;
    }

    private static String held(long values) {
        return values == 0 ? "" : ", " + Table.number(values) + " were held by others";
    }

    /** Fields of which nothing stays and whose rotation is under way: without one, that command would begin another. */
    private List<String> waiting(Report report) {
        return report.values().stream()
                .flatMap(tried -> text.field(tried.note()).stream())
                .distinct()
                .filter(field -> keys.stream()
                        .anyMatch(key -> key.state() == KeyState.DECRYPT_ONLY
                                && key.scope().field().value().equals(field)))
                .filter(field -> report.values().stream()
                        .noneMatch(tried -> (tried.result() == Result.STAYS || tried.result() == Result.HELD)
                                && text.field(tried.note()).stream().anyMatch(field::equals)))
                .sorted()
                .toList();
    }

    private static String cure(String reason) {
        return switch (reason) {
            case QuarantineRetry.NO_CATALOGUE ->
                "its column is in no catalogue. Start the application that publishes it, or `tegula fields add"
                        + " FIELD SCHEMA.TABLE.COLUMN --type TYPE`";
            case QuarantineRetry.NO_KEY ->
                "the note names no row by the unique key that the table has now. The next rotation of the field looks at all rows";
            default -> QuarantineText.cure(reason);
        };
    }
}
