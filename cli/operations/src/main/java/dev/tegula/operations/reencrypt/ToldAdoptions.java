package dev.tegula.operations.reencrypt;

import dev.tegula.audit.AuditEntry;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.StrictText;
import dev.tegula.jdbc.AuditRows;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.registry.RegistrySeal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the audit trail tells of columns in clear, which outlives their triggers. An entry that is not genuine says nothing. Of one thread.
 */
final class ToldAdoptions {

    static final String PREFIX = AuditEntry.RESERVED + "adoption.";
    /** The step after which a column in clear holds nothing. */
    static final String SEAL = "seal";

    private static final int LONGEST_SUBJECT = 1_000;
    private static final String OF_TRIGGER = "trigger ";
    private static final String WHO_WRITES = "who writes ";
    private static final String ADOPTIONS =
            AuditRows.SELECT + " WHERE action LIKE 'tegula.adoption.%' ORDER BY told_at, chain, seq";
    private static final String THERE = "SELECT 1 FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid ="
            + " a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname || '.' || c.relname"
            + " || '.' || a.attname = ? AND a.attnum > 0 AND NOT a.attisdropped";

    private final Map<String, Column> columns = new LinkedHashMap<>();

    private ToldAdoptions() {}

    /** One column in clear. */
    private static final class Column {
        private final Set<String> details = new HashSet<>();
        private boolean sealed;

        /** Whether an entry says that it stood beside this one; those of its first steps and of its last do. */
        boolean beside(EncryptedColumn encrypted) {
            String guard = new AdoptionGuard(TableName.of(encrypted), encrypted.column(), encrypted.column()).name();
            return details.contains(guard(guard))
                    || details.contains(leave(guard))
                    || details.contains(returned(encrypted.column()));
        }

        boolean saysBeside() {
            return details.stream().anyMatch(each -> each.startsWith(OF_TRIGGER) || each.startsWith(WHO_WRITES));
        }
    }

    /** What is told of a trigger that was made. */
    static String guard(String name) {
        return OF_TRIGGER + name;
    }

    /** What is told of one that is gone. */
    static String leave(String name) {
        return OF_TRIGGER + name + " removed";
    }

    /** What is told when every row has its value in clear. */
    static String returned(String encrypted) {
        return WHO_WRITES + encrypted + " alone is refused";
    }

    /** Of which column it is told. */
    static String subject(TableName table, String plain) {
        return StrictText.fitted(table + "." + plain, LONGEST_SUBJECT);
    }

    static ToldAdoptions read(Session session, RegistrySeal seal) throws SQLException {
        ToldAdoptions told = new ToldAdoptions();
        RegistrySeal all = seal.withReplaced();
        try (PreparedStatement select = session.prepare(ADOPTIONS);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                AuditRows.Row row = AuditRows.row(rows);
                if (row.genuine(all)) {
                    row.told().ifPresent(entry -> told.add(entry.entry()));
                }
            }
        }
        return told;
    }

    private void add(AuditEntry entry) {
        Column column = columns.computeIfAbsent(entry.subject(), name -> new Column());
        column.details.add(entry.detail());
        column.sealed = entry.action().equals(PREFIX + SEAL);
    }

    /** Whether a column got values in clear beside an encrypted one, or kept them, and was not sealed since. */
    boolean inClear(TableName table, String plain, EncryptedColumn encrypted) {
        Column column = columns.get(subject(table, plain));
        return column != null && !column.sealed && (column.beside(encrypted) || !column.saysBeside());
    }

    /** Those that are there still, and of which no encrypted column of the catalogue is. */
    Set<String> withoutColumn(Session session, List<EncryptedColumn> catalogued) throws SQLException {
        Set<String> without = new TreeSet<>();
        for (Map.Entry<String, Column> told : columns.entrySet()) {
            Column column = told.getValue();
            boolean known = catalogued.stream()
                    .filter(each -> told.getKey().startsWith(TableName.of(each) + "."))
                    .anyMatch(each -> column.beside(each) || !column.saysBeside());
            if (!column.sealed && !known && there(session, told.getKey())) {
                without.add(told.getKey());
            }
        }
        return without;
    }

    private static boolean there(Session session, String place) throws SQLException {
        try (PreparedStatement select = session.prepare(THERE)) {
            select.setString(1, place);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }
}
