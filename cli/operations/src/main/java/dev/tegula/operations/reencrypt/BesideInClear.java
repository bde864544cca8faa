package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.AdoptionTrigger.Form;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A column in clear that stands beside an encrypted one with a key for each tenant, while it is adopted or released, and what it holds of
 * one tenant. Only its trigger says that it is there, so CockroachDB shows none.
 *
 * @param encrypted the encrypted column
 * @param plain the column in clear; empty if the trigger is none of this release, and does not say it
 * @param holds whether it holds a value of the tenant; empty where rows do not say whose they are
 */
public record BesideInClear(EncryptedColumn encrypted, Optional<String> plain, Optional<Boolean> holds) {

    private static final String TRIGGER =
            "SELECT 1 FROM pg_catalog.pg_trigger WHERE tgrelid = pg_catalog.to_regclass(?) AND tgname = ?";

    /**
     * Looks at columns of the catalogue; reads whole tables. Leaves out what is sealed.
     *
     * @param tenant its name
     */
    public static List<BesideInClear> of(Session session, List<EncryptedColumn> columns, String tenant)
            throws SQLException {
        List<BesideInClear> beside = new ArrayList<>();
        if (session.dialect().fencesByTrigger()) {
            for (EncryptedColumn column : columns) {
                if (column.perTenant()) {
                    of(session, column, tenant).ifPresent(beside::add);
                }
            }
        }
        return beside;
    }

    private static Optional<BesideInClear> of(Session session, EncryptedColumn column, String tenant)
            throws SQLException {
        TableName table = TableName.of(column);
        Optional<RealTable> real = RealTable.read(session, table);
        // The name of the trigger is that of the encrypted column, whatever stands beside it.
        String trigger = new AdoptionGuard(table, column.column(), column.column()).name();
        if (real.isEmpty() || !there(session, table, trigger)) {
            return Optional.empty();
        }
        for (String name : real.get().types().keySet()) {
            Optional<Form> form = new AdoptionGuard(table, name, column.column()).standing(session);
            if (form.isPresent()) {
                return form.get() == Form.SEALED
                        ? Optional.empty()
                        : Optional.of(new BesideInClear(
                                column, Optional.of(name), holds(session, table, name, column.tenantColumn(), tenant)));
            }
        }
        return Optional.of(new BesideInClear(column, Optional.empty(), Optional.empty()));
    }

    private static boolean there(Session session, TableName table, String trigger) throws SQLException {
        try (PreparedStatement select = session.prepare(TRIGGER)) {
            select.setString(1, table.quoted());
            select.setString(2, trigger);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    private static Optional<Boolean> holds(
            Session session, TableName table, String name, Optional<String> tenantColumn, String tenant)
            throws SQLException {
        if (tenantColumn.isEmpty()) {
            return Optional.empty();
        }
        String sql = "SELECT EXISTS (SELECT 1 FROM " + table.quoted() + " AS t WHERE t." + Identifiers.quote(name)
                + " IS NOT NULL AND CAST(t." + Identifiers.quote(tenantColumn.get()) + " AS text) = ?)";
        try (PreparedStatement select = session.prepare(sql)) {
            select.setString(1, tenant);
            try (ResultSet row = select.executeQuery()) {
                return Optional.of(row.next() && row.getBoolean(1));
            }
        }
    }

    /** Table and column in clear, or where it stands if nobody knows its name. */
    public String label() {
        TableName table = TableName.of(encrypted);
        return plain.map(name -> table + "." + name).orElse("a column in clear of " + table);
    }
}
