package dev.tegula.operations.check;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.PlaintextChecks;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.check.CheckList.State;
import dev.tegula.operations.document.Counts;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.Preflight;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Checks the tables that hold encrypted columns by the same look that a rotation takes before its first change, so that
 * what a rotation refuses does not pass here; and what keeps plaintext out of them.
 */
final class TableChecks {

    private static final int MOST_NAMED = 5;
    private static final String PREPARED =
            "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY gid";

    private final CheckList checks;
    private final DataSource database;
    private final Transactions transactions;

    TableChecks(CheckList checks, DataSource database, Transactions transactions) {
        this.checks = checks;
        this.database = database;
        this.transactions = transactions;
    }

    /** Checks the tables of these columns. */
    void run(List<EncryptedColumn> columns) {
        if (columns.isEmpty()) {
            return;
        }
        List<Finding> findings = new ArrayList<>();
        boolean looked = checks.check("rotation", () -> {
            findings.addAll(new Preflight(database).look(columns).findings());
            return findings.isEmpty() ? "nothing speaks against one" : "see below";
        });
        if (looked) {
            findings.forEach(this::tell);
            new Preflight(database)
                    .haltedSeals()
                    .forEach((column, why) -> checks.check("seal of " + column, () -> {
                        throw CheckList.wrong(why);
                    }));
            checks.check("checks", () -> unchecked(columns));
            if (transactions.dialect().showsHolders()) {
                checks.check("prepared transactions", this::prepared);
            }
        }
    }

    private void tell(Finding finding) {
        switch (finding.kind()) {
            // Triggers may be wanted, and a rotation can be told to let them fire; somebody paused a job on purpose.
            case UPDATE_TRIGGERS, PAUSED_JOB -> checks.add(State.NOTE, finding.place(), finding.message(), "");
            default -> checks.fail(finding.place(), finding.message(), finding.failure());
        }
    }

    private String unchecked(List<EncryptedColumn> columns) {
        List<EncryptedColumn> without = columns.stream()
                .filter(column -> !PlaintextChecks.keepsOut(transactions, column))
                .toList();
        if (without.isEmpty()) {
            return "every encrypted column refuses what is no envelope";
        }
        List<String> fields = without.stream()
                .map(column -> column.field().value())
                .distinct()
                .toList();
        String which = fields.size() > MOST_NAMED ? "'*'" : String.join(" ", fields);
        throw new CheckList.Note(Counts.of(without.size(), "column")
                + " without a CHECK that keeps plaintext out: "
                + String.join(
                        ", ",
                        without.stream()
                                .limit(MOST_NAMED)
                                .map(EncryptedColumn::label)
                                .toList())
                + (without.size() > MOST_NAMED ? ", …" : "")
                + ". `tegula schema checks " + which + "` prints them for a migration.");
    }

    /** A transaction that somebody prepared and left holds its locks for ever: a fence waits for it, a vacuum too. */
    private String prepared() {
        List<String> gids = transactions.read(sql -> {
            List<String> found = new ArrayList<>();
            try (PreparedStatement select = sql.prepare(PREPARED);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        });
        if (gids.isEmpty()) {
            return "none";
        }
        String first = gids.get(0).replace("'", "''");
        throw CheckList.wrong(gids.size() + " prepared and neither committed nor rolled back; a fence waits for them."
                + " Whose they are decides: `COMMIT PREPARED '" + first + "'` or `ROLLBACK PREPARED '" + first + "'`"
                + (gids.size() > 1 ? ", and the same for the others in pg_prepared_xacts." : "."));
    }
}
