package dev.tegula.cli.setup;

import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;

/** Whether Tegula's tables are there. */
final class Tables {

    private static final String COUNT =
            "SELECT count(*) FROM information_schema.tables WHERE table_name = 'tegula_key' AND table_schema = ANY"
                    + " (current_schemas(false))";

    private Tables() {}

    static boolean present(Transactions transactions) {
        return transactions.readCommitted(session -> {
            try (PreparedStatement select = session.prepare(COUNT);
                    ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getLong(1) > 0;
            }
        });
    }
}
