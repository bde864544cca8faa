package dev.tegula.cli.command;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.TenantId;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.document.Printable;
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
    private boolean missing;

    /** One whose document has this schema. */
    IndexReport(String schema) {
        this.schema = schema;
    }

    /** Whether the next one may follow. */
    boolean goesOn() {
        return complete;
    }

    /** Whether rows have no index that may have one. */
    boolean missing() {
        return missing;
    }

    boolean wrong() {
        return wrong;
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
                "refused", report.refused(),
                "keyless", report.keyless(),
                "shredded", report.shredded()));
        lines.add(index.label() + ": " + Table.count(report.filled(), "row") + " filled, " + Table.number(report.left())
                + " left" + shredded(report) + (report.complete() ? "." : "; stopped before the end."));
        list(report.duplicates(), "another row has this index, in a UNIQUE column: two rows hold one value");
        needSomebody(index, report);
    }

    private void needSomebody(IndexColumn index, BackfillReport report) {
        list(report.unreadable(), "its value does not open");
        list(
                report.refused(),
                "its normaliser or tokeniser refuses the value: save one that it takes, or leave `filling` in the mapping");
        report.keyless()
                .forEach(tenant -> lines.add("  tenant " + Printable.of(tenant)
                        + " has no key, and its rows no index: tegula keys create " + index.field() + " --tenant "
                        + TenantId.of(tenant).argument() + " --index --activate"));
        more(report.keyless());
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
                "refused", report.refused(),
                "keyless", report.keyless(),
                "shredded", report.shredded()));
        lines.add(index.label() + ": " + Table.count(report.sound(), "row") + " fit, " + Table.number(report.left())
                + " do not" + shredded(report) + (report.complete() ? "." : "; stopped before the end."));
        list(
                report.wrong(),
                "its index is not that of its value: changed in the database, or written without the application");
        list(report.missing(), "it has a value and no index: not found, and unknown to UNIQUE");
        needSomebody(index, report);
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
        missing |= !report.missing().isEmpty();
    }

    private void list(List<String> rows, String what) {
        rows.forEach(row -> lines.add("  row " + row + "  " + what));
        more(rows);
    }

    private void more(List<String> rows) {
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
