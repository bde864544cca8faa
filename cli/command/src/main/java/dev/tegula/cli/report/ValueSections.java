package dev.tegula.cli.report;

import dev.tegula.cli.report.ColumnFacts.Numbers;
import dev.tegula.operations.document.Counts;
import java.util.List;
import java.util.Locale;

/** What is encrypted, and what is not. */
final class ValueSections {

    private final Html html;
    private final Report report;

    ValueSections(Html html, Report report) {
        this.html = html;
        this.report = report;
    }

    void write() {
        html.open("section", "id", "columns", "aria-labelledby", "h-columns");
        html.element("h2", "Encrypted columns", "id", "h-columns");
        report.columns()
                .ifPresentOrElse(this::columns, () -> html.element("p", "They could not be looked at; see above."));
        html.close();
    }

    private void columns(Excerpt<ColumnFacts> part) {
        html.element(
                "p",
                "Values by the key that each names. In use: under the key that new values are written under. Guard: a CHECK keeps"
                        + " plaintext out of the column, a fence keeps out keys that were replaced. Counted exactly: at the time of this"
                        + " report.",
                "class",
                "lead");
        if (part.all() == 0) {
            html.element("p", "The catalogue is empty.");
            return;
        }
        PageTable.write(
                html,
                "Encrypted columns and their values",
                List.of(
                        "Field and column",
                        "#Values",
                        "#In use",
                        "#Older keys",
                        "#Unknown keys",
                        "#Not encrypted",
                        "#NULL",
                        "Guard",
                        "Counted"),
                table -> part.shown().forEach(column -> row(table, column)));
        left(html, part, "column", "`tegula status`");
    }

    private void row(PageTable table, ColumnFacts facts) {
        table.row(head -> {
            head.element("strong", facts.column().field().value());
            head.element("span", facts.column().label(), "class", "sub");
            facts.counts().ifPresent(c -> new StackedBar()
                    .part("active", c.active(), "under the key in use")
                    .part("older", c.older(), "under older keys")
                    .part("unknown", c.unknown(), "under unknown keys")
                    .part("clear", c.notEnvelopes(), "not encrypted")
                    .write(head));
        });
        if (facts.counts().filter(Numbers::counted).isPresent()) {
            Numbers counts = facts.counts().get();
            table.cell(number(counts, counts.values()))
                    .cell(number(counts, counts.active()))
                    .warning(number(counts, counts.older()), counts.older() == 0, "due")
                    .warning(number(counts, counts.unknown()), counts.unknown() == 0, "wrong")
                    .warning(number(counts, counts.notEnvelopes()), counts.notEnvelopes() == 0, "wrong")
                    .cell(number(counts, counts.nulls()));
        } else {
            for (int i = 0; i < 6; i++) {
                table.cell("?");
            }
        }
        table.cell(cell -> guard(cell, facts)).cell(basis(facts)).end();
    }

    private static String number(Numbers counts, long number) {
        String shown = Counts.number(number);
        return counts.basis().exact() ? shown : "about " + shown + " ± " + Counts.number(counts.error());
    }

    private static void guard(Html cell, ColumnFacts facts) {
        facts.checked()
                .ifPresentOrElse(
                        there -> cell.element(
                                there ? "span" : "strong",
                                there ? "CHECK" : "no CHECK",
                                "class",
                                there ? "there" : "due"),
                        () -> cell.text("not looked at"));
        facts.fence()
                .ifPresent(kind -> cell.text(
                        switch (kind) {
                            case NONE -> "";
                            case CHECK -> ", fence";
                            case TRIGGER -> ", fence by trigger";
                            case LOOKUP -> ", fence that looks keys up";
                        }));
    }

    private static String basis(ColumnFacts facts) {
        return facts.counts()
                .map(counts -> switch (counts.basis().kind()) {
                    case SNAPSHOT -> "exactly";
                    case PAGES ->
                        "page by page, " + Times.minute(counts.basis().began()) + " to "
                                + Times.minute(counts.basis().ended());
                    case SAMPLE -> "estimated by a sample";
                    case NOT_COUNTED -> "not counted";
                })
                .orElse("could not be");
    }

    /** Says what of a list is left out, and where all of it is. */
    static void left(Html html, Excerpt<?> part, String what, String where) {
        if (part.leftOut() > 0) {
            html.open("p", "class", "left")
                    .sentence(Counts.number(part.leftOut()) + " of "
                            + Counts.of(part.all(), what)
                            + " are left out, those with the least to say about them; " + where + " shows all.")
                    .close();
        }
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
