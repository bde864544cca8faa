package dev.tegula.cli.setup;

import dev.tegula.audit.AuditEntry;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Changes;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.envelope.StrictText;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Optional;

/**
 * That Tegula's tables were made or completed, told when they are there: before, there may be no trail. Without a key there is nothing that
 * could vouch for an entry; and who owns the tables need not reach the KMS, and must be able to make the trail's tables again.
 */
public final class SchemaTold {

    private static final int LONGEST = 2_000;

    private SchemaTold() {}

    /**
     * Tells it.
     *
     * @param made what was made
     * @return why it could not be told; empty if it was, or nobody can yet
     */
    public static Optional<String> tell(
            Configuration configuration,
            DatabaseSettings database,
            Transactions transactions,
            String made,
            Changes changes) {
        if (!keys(transactions)) {
            return Optional.empty();
        }
        try (OpenDatabase open = OpenDatabase.open(configuration, database.name(), 1, changes)) {
            tell(open, made);
            return Optional.empty();
        } catch (TegulaException e) {
            return Optional.of("That the tables were completed is not told in the audit trail: " + e.getMessage());
        }
    }

    /** Tells it. */
    static void tell(OpenDatabase open, String made) {
        open.tell(List.of(AuditEntry.of(
                        AuditEntry.RESERVED + "schema.apply",
                        "database",
                        open.database().name())
                .detail("made " + StrictText.fitted(made, LONGEST))));
    }

    private static boolean keys(Transactions transactions) {
        return transactions.read(session -> {
            try (PreparedStatement select = session.prepare("SELECT EXISTS (SELECT 1 FROM tegula_key)");
                    ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        });
    }
}
