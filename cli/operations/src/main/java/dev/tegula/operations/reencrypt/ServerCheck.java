package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Writable;
import dev.tegula.operations.reencrypt.Finding.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the server itself holds against changing rows: read-only, rights, policies, replication. */
final class ServerCheck {

    private static final String RIGHTS = """
            SELECT has_column_privilege(c.oid, CAST(? AS text), 'SELECT') AND has_column_privilege(c.oid, CAST(? AS text), 'UPDATE'),
                pg_has_role(c.relowner, 'USAGE'), current_user
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?""";
    private static final String ROW_SECURITY = """
            SELECT row_security_active(c.oid)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?""";
    private static final String ACTIVE_ACTIVE = """
            SELECT EXISTS (SELECT 1 FROM pg_publication_tables p WHERE p.schemaname = ? AND p.tablename = ?)
              AND EXISTS (SELECT 1 FROM pg_subscription_rel s JOIN pg_class c ON c.oid = s.srrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?)""";

    private ServerCheck() {}

    static List<Finding> database(Session session) throws SQLException {
        return Writable.whyNot(session)
                .map(reason -> List.of(new Finding(Kind.READ_ONLY, "database", reason)))
                .orElse(List.of());
    }

    static List<Finding> table(Session session, TableName table, List<EncryptedColumn> columns) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        for (EncryptedColumn column : columns) {
            findings.addAll(rights(session, table, column));
        }
        if (!session.dialect().describesTables()) {
            return findings;
        }
        if (yes(session, ROW_SECURITY, table.schema(), table.name())) {
            findings.add(new Finding(
                    Kind.ROW_SECURITY,
                    table.toString(),
                    table
                            + " has row-level security, and its policies apply to this role: it would not see every row. The"
                            + " role needs BYPASSRLS: ALTER ROLE … BYPASSRLS."));
        }
        if (yes(session, ACTIVE_ACTIVE, table.schema(), table.name(), table.schema(), table.name())) {
            findings.add(new Finding(
                    Kind.ACTIVE_ACTIVE,
                    table.toString(),
                    table
                            + " is published and subscribed to: where two servers write, the last write wins, and a rewritten"
                            + " row would beat the application's on the other one. Stop one direction while rows are"
                            + " rewritten."));
        }
        return findings;
    }

    private static List<Finding> rights(Session session, TableName table, EncryptedColumn column) throws SQLException {
        try (PreparedStatement select = session.prepare(RIGHTS)) {
            select.setString(1, column.column());
            select.setString(2, column.column());
            select.setString(3, table.schema());
            select.setString(4, table.name());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                String role = row.getString(3);
                if (!row.getBoolean(1)) {
                    return List.of(new Finding(
                            Kind.RIGHTS,
                            column.label(),
                            role + " may not SELECT and UPDATE " + column.label() + ". GRANT SELECT, UPDATE ON "
                                    + table.quoted() + " TO it."));
                }
                if (!row.getBoolean(2)) {
                    return List.of(new Finding(
                            Kind.NOT_OWNER,
                            table.toString(),
                            role + " does not own " + table
                                    + ", so it cannot fence it. GRANT the owner's role to it. (`rotate` can"
                                    + " also stop before the fence: --until reencrypt.)"));
                }
                return List.of();
            }
        }
    }

    private static boolean yes(Session session, String sql, String... parameters) throws SQLException {
        try (PreparedStatement select = session.prepare(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                select.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
