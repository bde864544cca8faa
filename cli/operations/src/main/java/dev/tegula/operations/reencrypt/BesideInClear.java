package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.AdoptionTrigger.Form;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.registry.RegistrySeal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A column in clear that stands, or stood, beside an encrypted one with a key for each tenant, and what it holds of one tenant. Its trigger
 * says that it is adopted or released; when that is gone, the audit trail says that it was. So CockroachDB shows none before its first step.
 *
 * @param encrypted the encrypted column; empty where it is no longer in the catalogue, after a release
 * @param plain the column in clear; empty if the trigger is none of this release, and does not say it
 * @param holds whether it holds a value of the tenant; empty where rows do not say whose they are
 * @param place the column in clear with its table, or where it stands if nobody knows its name
 * @param sealable whether what is under way can be sealed as it is; otherwise it has to be adopted again first
 */
public record BesideInClear(
        Optional<EncryptedColumn> encrypted,
        Optional<String> plain,
        Optional<Boolean> holds,
        String place,
        boolean sealable) {

    private static final String TRIGGER =
            "SELECT 1 FROM pg_catalog.pg_trigger WHERE tgrelid = pg_catalog.to_regclass(?) AND tgname = ?";

    private static final Set<Form> SEALABLE = Set.of(Form.BOTH, Form.EMPTYING, Form.RETURNING);

    /**
     * Looks at columns of the catalogue, and at those of which the audit trail tells; reads whole tables. Leaves out what is sealed.
     *
     * @param seal believes entries of the audit trail
     * @param tenant its name
     */
    public static List<BesideInClear> of(
            Session session, RegistrySeal seal, List<EncryptedColumn> columns, String tenant) throws SQLException {
        ToldAdoptions told = ToldAdoptions.read(session, seal);
        List<BesideInClear> beside = new ArrayList<>();
        for (EncryptedColumn column : columns) {
            if (column.perTenant()) {
                of(session, column, tenant, told, beside);
            }
        }
        for (String place : told.withoutColumn(session, columns)) {
            beside.add(new BesideInClear(Optional.empty(), Optional.empty(), Optional.empty(), place, false));
        }
        return beside;
    }

    private static void of(
            Session session, EncryptedColumn column, String tenant, ToldAdoptions told, List<BesideInClear> beside)
            throws SQLException {
        TableName table = TableName.of(column);
        Optional<RealTable> real = RealTable.read(session, table);
        if (real.isEmpty()) {
            return;
        }
        Optional<String> named = Optional.empty();
        if (session.dialect().fencesByTrigger() && there(session, table, column)) {
            for (String name : real.get().types().keySet()) {
                Optional<Form> form = new AdoptionGuard(table, name, column.column()).standing(session);
                if (form.isPresent()) {
                    named = Optional.of(name);
                    if (form.get() != Form.SEALED) {
                        beside.add(of(session, column, name, tenant, SEALABLE.contains(form.get())));
                    }
                }
            }
            if (named.isEmpty()) {
                beside.add(new BesideInClear(
                        Optional.of(column), Optional.empty(), Optional.empty(), "a column in clear of " + table, false));
            }
        }
        for (String name : real.get().types().keySet()) {
            if (named.filter(name::equals).isEmpty() && told.inClear(table, name, column)) {
                beside.add(of(session, column, name, tenant, false));
            }
        }
    }

    private static BesideInClear of(
            Session session, EncryptedColumn column, String name, String tenant, boolean sealable)
            throws SQLException {
        TableName table = TableName.of(column);
        return new BesideInClear(
                Optional.of(column),
                Optional.of(name),
                holds(session, table, name, column.tenantColumn(), tenant),
                table + "." + name,
                sealable);
    }

    private static boolean there(Session session, TableName table, EncryptedColumn column) throws SQLException {
        try (PreparedStatement select = session.prepare(TRIGGER)) {
            select.setString(1, table.quoted());
            // The name of the trigger is that of the encrypted column, whatever stands beside it.
            select.setString(2, new AdoptionGuard(table, column.column(), column.column()).name());
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
}
