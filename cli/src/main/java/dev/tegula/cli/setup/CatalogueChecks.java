package dev.tegula.cli.setup;

import dev.tegula.catalogue.CatalogueRows;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Transactions;
import dev.tegula.reencrypt.TableName;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.RegistrySeal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Checks the catalogue against the tables and against the keys. */
final class CatalogueChecks {

    private static final String COLUMNS =
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = ? AND table_name = ?";

    private final Examination examination;
    private final Transactions transactions;
    private final KeyRegistry registry;
    private final RegistrySeal seal;

    CatalogueChecks(Examination examination, Transactions transactions, KeyRegistry registry, RegistrySeal seal) {
        this.examination = examination;
        this.transactions = transactions;
        this.registry = registry;
        this.seal = seal;
    }

    /** Returns the columns that the tables have as the catalogue says. */
    List<EncryptedColumn> run() {
        List<EncryptedColumn> columns = new ArrayList<>();
        examination.check("catalogue", () -> {
            CatalogueRows rows = new CatalogueStore(transactions, seal).rows();
            columns.addAll(rows.columns());
            rows.verified();
            if (columns.isEmpty()) {
                throw new Examination.Note("empty: start the application once, or tegula fields import FILE");
            }
            return Table.count(columns.size(), "column");
        });
        return columns.stream()
                .filter(column -> examination.check(column.label(), () -> column(column)))
                .toList();
    }

    private String column(EncryptedColumn column) {
        Map<String, String> types = transactions.readCommitted(sql -> types(sql, column));
        if (types.isEmpty()) {
            throw Examination.wrong("The table " + column.schema() + "." + column.table()
                    + " is not there (or not visible to this"
                    + " login), but the catalogue has it for " + column.origin() + ". Start the application with its"
                    + " present mapping, or `tegula fields import FILE`.");
        }
        String type = types.getOrDefault(column.column(), "missing");
        if (!type.equals("bytea") && !type.equals("bytes")) {
            throw Examination.wrong(
                    "The column is " + type + "; bytea was expected. In a migration of the application: "
                            + (type.equals("missing") ? "" : "rename it, then ") + "`ALTER TABLE "
                            + TableName.of(column).quoted() + " ADD \"" + column.column() + "\" bytea`.");
        }
        for (String key : column.keyColumns()) {
            if (!types.containsKey(key)) {
                throw Examination.wrong("The key column " + key + " is not in the table. Start the application with its"
                        + " present mapping, or `tegula fields import FILE`.");
            }
        }
        return key(column);
    }

    private String key(EncryptedColumn column) {
        if (column.perTenant()) {
            return column.field() + ", a key for each tenant";
        }
        Scope scope = Scope.data(column.field(), TenantId.none());
        return registry.active(scope)
                .map(seal::verify)
                .map(row -> column.field() + ", writing under " + row.label())
                .orElseThrow(() -> Examination.wrong(
                        column.field() + " has no ACTIVE key. `tegula keys create " + column.field() + " --activate`"));
    }

    private static Map<String, String> types(Session sql, EncryptedColumn column) throws SQLException {
        Map<String, String> types = new HashMap<>();
        try (PreparedStatement select = sql.prepare(COLUMNS)) {
            select.setString(1, column.schema());
            select.setString(2, column.table());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    types.put(rows.getString(1), rows.getString(2).toLowerCase(Locale.ROOT));
                }
            }
        }
        return types;
    }
}
