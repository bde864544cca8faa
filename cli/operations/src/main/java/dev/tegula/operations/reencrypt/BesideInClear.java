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
import java.util.HashSet;
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
 * @param unknown whether neither trigger nor audit trail says which column it is, although its rows say whose they are
 */
public record BesideInClear(
        Optional<EncryptedColumn> encrypted,
        Optional<String> plain,
        Optional<Boolean> holds,
        String place,
        boolean sealable,
        boolean unknown) {

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
            beside.add(new BesideInClear(Optional.empty(), Optional.empty(), Optional.empty(), place, false, false));
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
        Set<String> columns = real.get().types().keySet();
        Set<String> named = new HashSet<>();
        boolean unknown = false;
        for (String body : session.dialect().fencesByTrigger() ? bodies(session, table, column) : List.<String>of()) {
            boolean known = false;
            for (String name : columns) {
                Optional<Form> form = new AdoptionGuard(table, name, column.column()).form(body);
                known |= form.isPresent();
                // One behind the seal names no column in clear.
                if (form.isPresent() && form.get() != Form.SEALED && named.add(name)) {
                    beside.add(of(session, column, name, tenant, SEALABLE.contains(form.get())));
                }
            }
            unknown |= !known;
        }
        List<String> toldOf = columns.stream()
                .filter(name -> told.inClear(table, name, column))
                .toList();
        for (String name : toldOf) {
            if (!named.contains(name)) {
                beside.add(of(session, column, name, tenant, false));
            }
        }
        if (unknown) {
            beside.add(new BesideInClear(
                    Optional.of(column),
                    Optional.empty(),
                    Optional.empty(),
                    "a column in clear of " + table,
                    false,
                    toldOf.isEmpty() && column.tenantColumn().isPresent()));
        }
    }

    /**
     * What its triggers do, whether they fire or not: values in clear stay as they are when a bulk load disables one, and when somebody
     * renames the table whose name it has.
     */
    private static List<String> bodies(Session session, TableName table, EncryptedColumn column) throws SQLException {
        // The name of the trigger is that of the encrypted column, whatever stands beside it.
        String name = new AdoptionGuard(table, column.column(), column.column()).name();
        return AdoptionTriggers.of(session, table).stream()
                .filter(each -> each.name().equals(name)
                        || each.encrypted().filter(column.column()::equals).isPresent())
                .map(AdoptionTriggers.Found::body)
                .toList();
    }

    private static BesideInClear of(
            Session session, EncryptedColumn column, String name, String tenant, boolean sealable) throws SQLException {
        TableName table = TableName.of(column);
        return new BesideInClear(
                Optional.of(column),
                Optional.of(name),
                holds(session, table, name, column.tenantColumn(), tenant),
                table + "." + name,
                sealable,
                false);
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
