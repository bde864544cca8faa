package dev.tegula.cli.report;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.scan.Scan;
import dev.tegula.operations.scan.ScanFinding;
import dev.tegula.operations.scan.ScanFinding.Kind;
import dev.tegula.operations.scan.ScanListener;
import dev.tegula.operations.scan.ScanReport;
import dev.tegula.operations.scan.ScanSettings;
import java.util.List;
import java.util.Set;

/**
 * Looks through tables for what the catalogue does not have: a sample of each, and of so many tables at most, so that a report of a
 * large database ends.
 *
 * @param rows about how many rows of each table
 * @param tables how many tables at most
 * @param shown how many findings are shown
 * @param interrupted ends it between two tables
 * @param listener is told how it goes on
 */
public record ScanTaking(int rows, int tables, int shown, RunControl interrupted, ScanListener listener) {

    /** As {@code tegula scan} does, of 1,000 tables. */
    public static ScanTaking standard(RunControl interrupted, ScanListener listener) {
        return new ScanTaking(ScanSettings.ROWS, 1_000, 200, interrupted, listener);
    }

    /**
     * Looks.
     *
     * @param counted labels of columns whose values the census has counted: of these the report has numbers
     */
    ScanFacts take(Transactions transactions, List<EncryptedColumn> declared, Set<KeyId> known, Set<String> counted) {
        RunControl control = new RunControl();
        int[] all = new int[1];
        ScanReport report = new Scan(transactions, declared, known)
                .run(new ScanSettings(rows, false, List.of()), control, (table, done, total) -> {
                    all[0] = total;
                    if (done + 1 >= tables || interrupted.stopped()) {
                        control.stop();
                    }
                    listener.reading(table, done, total);
                });
        List<ScanFinding> found = report.findings().stream()
                .filter(finding -> !finding.kind().equals(Kind.UNREADABLE))
                .filter(finding -> !counted.contains(finding.place())
                        || (finding.kind() != Kind.NOT_ENCRYPTED && finding.kind() != Kind.UNKNOWN_KEYS))
                .toList();
        return new ScanFacts(
                found,
                shown,
                report.findings().stream()
                        .filter(finding -> finding.kind() == Kind.UNREADABLE)
                        .toList(),
                report.tables(),
                Math.max(all[0], report.tables()),
                report.columns(),
                report.values(),
                rows);
    }
}
