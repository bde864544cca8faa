package dev.tegula.jdbc;

import dev.tegula.catalogue.EncryptedColumn;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table as the database has it, whatever a mapping or the catalogue says. Reading it runs nothing of the table's owner.
 *
 * @param rows whether it stores rows: a table or a partitioned one, and no view or foreign table
 * @param types type of each column by its name, a domain as the type under it, in the order of the table
 * @param primaryKey columns of the primary key in their order; none without one
 */
public record RealTable(boolean rows, Map<String, String> types, List<String> primaryKey) {

    private static final String COLUMNS = "SELECT c.relkind IN ('r', 'p'), a.attname, pg_catalog.format_type("
            + "CASE WHEN t.typbasetype <> 0 THEN t.typbasetype ELSE a.atttypid END, NULL)"
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
            + " WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
            + " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

    private static final String KEY = "SELECT a.attname FROM pg_catalog.pg_constraint k"
            + " JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS u (attnum, ord) ON true"
            + " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum"
            + " WHERE k.contype = 'p' AND n.nspname = ? AND c.relname = ? ORDER BY u.ord";

    /** Copies both, keeping their order. */
    public RealTable {
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
        primaryKey = List.copyOf(primaryKey);
    }

    /** The table of that schema and name; empty if there is none, or this login cannot see it. */
    public static Optional<RealTable> read(Session session, String schema, String table) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        boolean rows = false;
        try (PreparedStatement select = session.prepare(COLUMNS)) {
            select.setString(1, schema);
            select.setString(2, table);
            try (ResultSet results = select.executeQuery()) {
                while (results.next()) {
                    rows = results.getBoolean(1);
                    types.put(results.getString(2), results.getString(3));
                }
            }
        }
        return types.isEmpty()
                ? Optional.empty()
                : Optional.of(new RealTable(rows, types, key(session, schema, table)));
    }

    private static List<String> key(Session session, String schema, String table) throws SQLException {
        List<String> key = new ArrayList<>();
        try (PreparedStatement select = session.prepare(KEY)) {
            select.setString(1, schema);
            select.setString(2, table);
            try (ResultSet results = select.executeQuery()) {
                while (results.next()) {
                    key.add(results.getString(1));
                }
            }
        }
        return key;
    }

    /** Whether the column is there and its type holds envelopes. */
    public boolean holdsBytes(String column) {
        String type = types.getOrDefault(column, "");
        return type.equals("bytea") || type.equals("bytes");
    }

    /** Whether a column of a table that stores rows holds a value. */
    public static boolean inUse(Session session, EncryptedColumn column) throws SQLException {
        Optional<RealTable> table = read(session, column.schema(), column.table());
        if (table.isEmpty() || !table.get().rows || !table.get().types.containsKey(column.column())) {
            return false;
        }
        String sql = "SELECT EXISTS (SELECT 1 FROM " + Identifiers.table(column.schema(), column.table()) + " WHERE "
                + Identifiers.quote(column.column()) + " IS NOT NULL)";
        try (PreparedStatement select = session.prepare(sql);
                ResultSet result = select.executeQuery()) {
            result.next();
            return result.getBoolean(1);
        }
    }
}
