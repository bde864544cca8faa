package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.Misfit;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A table as the database has it: it exists, its columns are what the catalogue says, and it can be paged.
 *
 * @param table its name
 * @param keys the key by which it is paged: the catalogue's where it is unique, else the primary key, else any other
 *     unique key without NULLs; with {@link KeyColumn#TABLE} behind it if other tables inherit from this one, for a key is
 *     unique in its own table alone
 */
record TableShape(TableName table, KeyPaging keys) {

    private static final String COLUMNS = """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""";

    private static final String ORDERS = """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod) || coalesce(' ' || k.collname, '')
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_collation k ON k.oid = a.attcollation
            WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped""";

    private static final String COLLATIONS = """
            SELECT a.attname, ' COLLATE ' || quote_ident(kn.nspname) || '.' || quote_ident(k.collname)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_collation k ON k.oid = a.attcollation JOIN pg_namespace kn ON kn.oid = k.collnamespace
            WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped""";

    /** What is beneath those columns whose type is a domain, which may be one of a domain. */
    private static final String BASES = """
            WITH RECURSIVE d (name, type, typmod) AS (
              SELECT a.attname, a.atttypid, a.atttypmod
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_type y ON y.oid = a.atttypid
              WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped AND y.typtype = 'd'
              UNION ALL SELECT d.name, y.typbasetype, y.typtypmod FROM d JOIN pg_type y ON y.oid = d.type
              WHERE y.typtype = 'd')
            SELECT d.name, format_type(d.type, d.typmod) FROM d JOIN pg_type y ON y.oid = d.type
            WHERE y.typtype <> 'd'""";

    /** Partitions are none: in these a key is unique over all. */
    private static final String HEIRS = """
            SELECT EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND c.relkind = 'r'""";

    /**
     * Reads the shape and compares it with the catalogue.
     *
     * @throws ConfigurationException if {@link RealTable#misfits} finds something, no key can page it, a table that
     *     inherits from it has no such key, or its key cannot bind values of mode ROW
     */
    static TableShape read(Session session, TableName table, List<EncryptedColumn> columns) throws SQLException {
        return read(
                session,
                table,
                columns,
                columns.isEmpty() ? List.of() : columns.get(0).keyColumns());
    }

    /**
     * The shape of a table that is already paged by a key.
     *
     * @throws ConfigurationException if that is no longer a unique key, of it and of each table that inherits from it
     */
    static TableShape pinned(Session session, TableName table, List<String> keyColumns) throws SQLException {
        boolean told = keyColumns.contains(KeyColumn.TABLE.name());
        List<String> own = told ? keyColumns.subList(0, keyColumns.size() - 1) : keyColumns;
        TableShape read = read(session, table, List.of(), own);
        TableShape shape = told && !read.keys().columns().contains(KeyColumn.TABLE) ? read.withTable() : read;
        List<String> found =
                shape.keys().columns().stream().map(KeyColumn::name).toList();
        if (!found.equals(keyColumns)) {
            throw new ConfigurationException(table + " was paged by " + keyColumns
                    + ", which is no longer a unique key of" + " it (" + found + " is). " + Planner.AGAIN);
        }
        return shape;
    }

    /**
     * The shape now, if it has the same key still: else pages may have passed rows over, of tables that began to inherit from it.
     *
     * @throws ConfigurationException as {@link #pinned}
     */
    TableShape still(Session session) throws SQLException {
        return pinned(
                session, table, keys.columns().stream().map(KeyColumn::name).toList());
    }

    private static TableShape read(Session session, TableName table, List<EncryptedColumn> columns, List<String> wanted)
            throws SQLException {
        for (Misfit misfit : RealTable.misfits(session, columns)) {
            throw new ConfigurationException(misfit.column().label() + ": " + misfit.why() + misfit.cure());
        }
        Map<String, String> types = pairs(session, COLUMNS, table);
        if (types.isEmpty()) {
            throw new ConfigurationException(
                    "There is no table " + table + ", or this role cannot see it. " + Planner.AGAIN);
        }
        // Values of mode ROW name their row in the order of the catalogue, whatever the order of the index; so pages do
        // too.
        boolean inOrder = columns.isEmpty() || columns.stream().anyMatch(column -> column.mode() == Mode.ROW);
        List<String> chosen = choose(table, UniqueKeys.of(session, table), wanted, inOrder);
        UniqueKeys.requireOfHeirs(session, table, chosen);
        Map<String, String> bases = session.dialect().hasDomains() ? pairs(session, BASES, table) : Map.of();
        List<KeyColumn> keys = new ArrayList<>();
        for (String name : chosen) {
            String type = require(types, table, name, "key column");
            keys.add(new KeyColumn(name, type, bases.getOrDefault(name, type)));
        }
        TableShape own = new TableShape(table, new KeyPaging(keys));
        TableShape shape = inherited(session, table) ? own.withTable() : own;
        RowBinding.require(session, shape, columns);
        return shape;
    }

    private TableShape withTable() {
        List<KeyColumn> columns = new ArrayList<>(keys.columns());
        columns.add(KeyColumn.TABLE);
        return new TableShape(table, new KeyPaging(columns));
    }

    private static boolean inherited(Session session, TableName table) throws SQLException {
        if (!session.dialect().tellsTables()) {
            return false;
        }
        try (PreparedStatement select = session.prepare(HEIRS)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static List<String> choose(
            TableName table, List<List<String>> unique, List<String> wanted, boolean inOrder) {
        if (unique.contains(wanted)
                || (inOrder && unique.stream().anyMatch(key -> Set.copyOf(key).equals(Set.copyOf(wanted))))) {
            return wanted;
        }
        return unique.stream()
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(table
                        + " has no primary key and no UNIQUE index of NOT NULL columns, so its rows cannot be named; a"
                        + " DEFERRABLE one does not count, because it may hold a value twice for a while. Where a UNIQUE index"
                        + " has columns without NULLs, `ALTER COLUMN … SET NOT NULL`. Else add one: `ALTER TABLE "
                        + table.quoted() + " ADD COLUMN tegula_row bigint GENERATED ALWAYS AS IDENTITY UNIQUE`, which"
                        + " rewrites the table and holds up everybody meanwhile; \"A table without a key\" in"
                        + " docs/runbook-rotation.md does it beside a running application."));
    }

    /** What the order of its keys goes by: type and collation of each column. */
    List<String> orders(Session session) throws SQLException {
        Map<String, String> orders = pairs(session, ORDERS, table);
        return keys.columns().stream()
                .map(key -> orders.getOrDefault(key.name(), ""))
                .toList();
    }

    /** {@code COLLATE} of each key column, as it stands behind an expression; empty for types that have none. */
    List<String> collations(Session session) throws SQLException {
        Map<String, String> collations =
                session.dialect().namesCollations() ? pairs(session, COLLATIONS, table) : Map.of();
        return keys.columns().stream()
                .map(key -> collations.getOrDefault(key.name(), ""))
                .toList();
    }

    private static String require(Map<String, String> types, TableName table, String column, String what) {
        String type = types.get(column);
        if (type == null) {
            throw new ConfigurationException("The catalogue names " + what + " " + column + " of " + table
                    + ", which has only " + types.keySet()
                    + ". Migrate the table, or start the application once so that it publishes its catalogue.");
        }
        return type;
    }

    private static Map<String, String> pairs(Session session, String sql, TableName table) throws SQLException {
        Map<String, String> pairs = new LinkedHashMap<>();
        try (PreparedStatement statement = session.prepare(sql)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    pairs.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return pairs;
    }
}
