package dev.tegula.operations.check;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.check.CheckList.State;
import dev.tegula.operations.document.Counts;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.Preflight;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Checks the tables that hold encrypted columns by the same look that a rotation takes before its first change, so that
 * what a rotation refuses does not pass here; and what keeps plaintext out of them.
 */
final class TableChecks {

    private static final int MOST_NAMED = 5;
    private static final String CHECKED = """
            SELECT EXISTS (SELECT 1 FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
              WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND k.contype = 'c'
                AND pg_get_constraintdef(k.oid) LIKE '%get_byte(%' AND pg_get_constraintdef(k.oid) LIKE '%length(%')""";
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
            checks.check("checks", () -> unchecked(columns));
            if (transactions.dialect().showsHolders()) {
                checks.check("prepared transactions", this::prepared);
            }
        }
    }

    private void tell(Finding finding) {
        switch (finding.kind()) {
            // Triggers may be wanted, and a rotation can be told to let them fire.
            case UPDATE_TRIGGERS -> checks.add(State.NOTE, finding.place(), finding.message(), "");
            default -> checks.fail(finding.place(), finding.message(), finding.failure());
        }
    }

    private String unchecked(List<EncryptedColumn> columns) {
        List<EncryptedColumn> without = columns.stream()
                .filter(column -> !transactions.readCommitted(sql -> checked(sql, column)))
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

    private static boolean checked(Session sql, EncryptedColumn column) throws SQLException {
        try (PreparedStatement select = sql.prepare(CHECKED)) {
            select.setString(1, column.schema());
            select.setString(2, column.table());
            select.setString(3, column.column());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /** A transaction that somebody prepared and left holds its locks for ever: a fence waits for it, a vacuum too. */
    private String prepared() {
        List<String> gids = transactions.readCommitted(sql -> {
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
