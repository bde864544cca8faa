package dev.tegula.cli.command;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.BackfillReport;
import java.util.ArrayList;
import java.util.List;

/** What came of filling or comparing indexes, one after the other. */
final class IndexReport {

    private final String schema;
    private final List<Object> documents = new ArrayList<>();
    private final Layout lines = new Layout();
    private boolean complete = true;
    private boolean clean = true;
    private boolean wrong;

    /** One whose document has this schema. */
    IndexReport(String schema) {
        this.schema = schema;
    }

    /** Whether the next one may follow. */
    boolean goesOn() {
        return complete;
    }

    /** Adds what was filled. */
    void filled(IndexColumn index, BackfillReport report) {
        note(report);
        documents.add(Json.object(
                "index", index.label(),
                "fields", Indexes.fields(List.of(index)),
                "complete", report.complete(),
                "filled", report.filled(),
                "left", report.left(),
                "duplicates", report.duplicates(),
                "unreadable", report.unreadable(),
                "shredded", report.shredded()));
        lines.add(index.label() + ": " + Table.count(report.filled(), "row") + " filled, " + Table.number(report.left())
                + " left" + shredded(report) + (report.complete() ? "." : "; stopped before the end."));
        list(report.duplicates(), "another row has this index, in a UNIQUE column: two rows hold one value");
        list(report.unreadable(), "its value does not open, or has no index");
    }

    /** Adds what was compared. */
    void verified(IndexColumn index, BackfillReport report) {
        note(report);
        documents.add(Json.object(
                "index", index.label(),
                "fields", Indexes.fields(List.of(index)),
                "complete", report.complete(),
                "sound", report.sound(),
                "left", report.left(),
                "missing", report.missing(),
                "wrong", report.wrong(),
                "unreadable", report.unreadable(),
                "shredded", report.shredded()));
        lines.add(index.label() + ": " + Table.count(report.sound(), "row") + " fit, " + Table.number(report.left())
                + " do not" + shredded(report) + (report.complete() ? "." : "; stopped before the end."));
        list(
                report.wrong(),
                "its index is not that of its value: changed in the database, or written without the application");
        list(report.missing(), "it has a value and no index: not found, and unknown to UNIQUE");
        list(report.unreadable(), "its value does not open, or has no index");
    }

    private static String shredded(BackfillReport report) {
        return report.shredded() == 0
                ? ""
                : "; " + Table.count(report.shredded(), "row") + " of shredded tenants passed over";
    }

    private void note(BackfillReport report) {
        complete &= report.complete();
        clean &= report.left() == 0;
        wrong |= !report.wrong().isEmpty();
    }

    private void list(List<String> rows, String what) {
        rows.forEach(row -> lines.add("  row " + row + "  " + what));
        if (rows.size() == BackfillReport.MAX_LISTED) {
            lines.add("  … and maybe more of this kind");
        }
    }

    /** All of it. */
    Outcome outcome(String clean, String otherwise) {
        Exit exit = wrong ? Exit.UNVERIFIED : !complete ? Exit.INTERRUPTED : this.clean ? Exit.DONE : Exit.PARTIAL;
        lines.add(this.clean && complete ? clean : otherwise);
        return new Outcome(exit, Json.object("schema", schema, "complete", complete, "indexes", documents), lines);
    }
}
