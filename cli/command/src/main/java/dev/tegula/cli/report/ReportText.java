package dev.tegula.cli.report;

import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.report.ColumnFacts.Numbers;
import dev.tegula.config.Durations;
import java.util.Locale;

/** What of a report fits on a terminal: what somebody has to look at, the columns, and how much there is of the rest. */
public final class ReportText {

    private static final int COLUMNS = 40;

    private ReportText() {}

    /** The lines. */
    public static Layout of(Report report) {
        Layout lines = new Layout();
        Report.About about = report.about();
        lines.add(about.deployment() + ", " + about.database() + ", " + Times.minute(about.taken()));
        columns(report, lines);
        lines.add(keys(report));
        report.scan().ifPresent(scan -> lines.add(scan(scan)));
        report.secrets()
                .ifPresent(secrets -> lines.add(Table.count(secrets.secrets().all(), "secret") + ", "
                        + Table.number(secrets.expired()) + " expired."));
        report.trail()
                .ifPresent(trail -> lines.add("Audit trail: "
                        + Table.count(trail.report().entries(), "entry").replace("entrys", "entries")
                        + (!trail.report().clean()
                                ? ", which do not all verify."
                                : trail.report().noCommands() ? "." : ", all verified.")));
        if (report.attention().isEmpty()) {
            return lines.add("Nothing needs attention.");
        }
        Table table = Table.plain();
        report.attention().forEach(one -> {
            table.row(one.level().name().toLowerCase(Locale.ROOT), one.text());
            if (!one.cure().isEmpty()) {
                table.row("", one.cure());
            }
        });
        return lines.add("Needs attention:").add(table);
    }

    private static void columns(Report report, Layout lines) {
        report.columns().ifPresent(part -> {
            Table table = Table.headed("FIELD", "COLUMN", "IN USE", "OLDER KEYS", "NOT ENCRYPTED", "COUNTED");
            part.shown().stream().limit(COLUMNS).forEach(facts -> {
                boolean counted = facts.counts().filter(Numbers::counted).isPresent();
                table.row(
                        facts.column().field(),
                        facts.column().label(),
                        counted ? facts.counts().get().active() : "?",
                        counted ? facts.counts().get().older() : "?",
                        counted ? facts.counts().get().notEnvelopes() : "?",
                        facts.counts()
                                .map(c -> ValueSections.word(c.basis().kind()))
                                .orElse("could not be"));
            });
            if (!table.isEmpty()) {
                lines.add(table);
            }
            if (part.all() > COLUMNS) {
                lines.add("And " + Table.number(part.all() - COLUMNS) + " more columns; --out FILE has them.");
            }
        });
    }

    private static String scan(ScanFacts scan) {
        return Table.count(scan.findings().size(), "finding") + " outside the catalogue, in a sample of "
                + (scan.complete() ? "" : Table.number(scan.tables()) + " of ") + Table.count(scan.all(), "table")
                + ".";
    }

    private static String keys(Report report) {
        return Table.count(report.keys().all(), "key")
                + report.about()
                        .maxAge()
                        .map(age -> ", " + Table.number(report.overdue()) + " in use for longer than "
                                + Durations.format(age) + ".")
                        .orElse("; no tegula.keys.max-age is declared, so none is due.");
    }
}
