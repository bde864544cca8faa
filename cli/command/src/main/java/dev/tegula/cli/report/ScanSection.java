package dev.tegula.cli.report;

import dev.tegula.operations.document.Counts;
import dev.tegula.operations.scan.ScanFinding;
import java.util.List;
import java.util.Optional;

/** What was found outside of the catalogue, and what was not looked for. */
final class ScanSection {

    private final Html html;

    ScanSection(Html html) {
        this.html = html;
    }

    void write(Optional<ScanFacts> scan) {
        html.open("section", "id", "scan", "aria-labelledby", "h-scan");
        html.element("h2", "Outside the catalogue", "id", "h-scan");
        scan.ifPresentOrElse(this::write, () -> html.element("p", "Nobody looked, or it could not be looked at."));
        html.close();
    }

    private void write(ScanFacts facts) {
        html.open("p", "class", "lead")
                .sentence(
                        "Envelopes that nobody declared, and columns that look as if they held personal data or secrets in clear: guesses"
                                + " by English names of columns and by the form of values, in about "
                                + Counts.number(facts.rows())
                                + " rows of " + (facts.complete() ? "each of " : Counts.number(facts.tables()) + " of ")
                                + Counts.of(facts.all(), "table") + " (" + Counts.of(facts.columns(), "column") + ", "
                                + Counts.of(facts.values(), "value")
                                + "). Not looked for: names in other languages, what stands in free text, views, foreign tables, large objects,"
                                + " files and other databases, and Tegula's own tables: values of secrets are opened by"
                                + " `tegula verify tegula.secret`, their names and notes are in clear. So a short list here does not say that nothing is in clear. `tegula scan` takes"
                                + " a baseline of what is accepted.")
                .close();
        facts.unreadable().stream().limit(facts.shown()).forEach(finding -> html.open("p", "class", "finding")
                .text(finding.place() + ", " + ScanFacts.found(finding) + ".")
                .close());
        Excerpt<ScanFinding> part = facts.listed();
        if (part.all() == 0) {
            html.element("p", "Nothing was found.");
            return;
        }
        PageTable.write(
                html,
                "Found outside the catalogue",
                List.of("Place", "Found", "#Values with it", "#Of"),
                table -> part.shown().forEach(finding -> table.row(finding.place())
                        .cell(ScanFacts.found(finding))
                        .cell(Counts.number(finding.hits()))
                        .cell(Counts.number(finding.values()))
                        .end()));
        ValueSections.left(html, part, "finding", "`tegula scan`");
    }
}
