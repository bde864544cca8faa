package dev.tegula.cli.command;

import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.ToldEntry;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.jdbc.AuditRows;
import dev.tegula.jdbc.TrailMarks;
import dev.tegula.operations.audit.AuditEntries;
import java.util.List;
import java.util.Optional;

/**
 * A column that was taken out of the catalogue, as the audit trail tells: who got no answer to the COMMIT of that, and runs it again, is
 * not told that there never was such a column.
 */
final class RemovedColumn {

    private static final String REMOVED = AuditEntry.RESERVED + "field.remove";

    /** Of the newest about a column; fences are told under its name too. */
    private static final int MOST = 100;

    private RemovedColumn() {}

    /** Says who removed it and when; empty if no entry that verifies does. */
    static Optional<String> told(OpenDatabase open, String label) {
        List<AuditRows.Row> about =
                new AuditEntries(Optional.empty(), Optional.of(label)).newest(open.transactions(), MOST);
        TrailMarks marks = TrailMarks.read(open.transactions(), open.tegula().seal());
        return about.stream()
                .filter(marks::genuine)
                .flatMap(row -> row.told().stream())
                .filter(entry -> entry.entry().action().equals(REMOVED)
                        && entry.entry().subject().equals(label))
                .reduce((earlier, later) -> later)
                .map(entry -> sentence(label, entry));
    }

    private static String sentence(String label, ToldEntry entry) {
        return label + " is gone from the catalogue already: " + entry.actor() + " removed it at "
                + SecretText.seconds(entry.at()) + ".";
    }
}
