package dev.tegula.jdbc;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.Misfit;
import dev.tegula.catalogue.Misfit.Kind;
import dev.tegula.envelope.Mode;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table as the database has it, whatever a mapping or the catalogue says. Reading it runs nothing of the table's owner.
 *
 * @param rows whether it stores rows: a table or a partitioned one, and no view or foreign table
 * @param types type of each column by its name, a domain as the type at its bottom, in the order of the table
 * @param primaryKey columns of the primary key in their order; none without one
 */
public record RealTable(boolean rows, Map<String, String> types, List<String> primaryKey) {

    /** With the type at the bottom of each domain, however many domains lie over it. */
    private static final String COLUMNS = "WITH RECURSIVE d (domain, type) AS ("
            + "SELECT oid, typbasetype FROM pg_catalog.pg_type WHERE typtype = 'd' UNION ALL"
            + " SELECT d.domain, t.typbasetype FROM d JOIN pg_catalog.pg_type t ON t.oid = d.type WHERE t.typtype = 'd'),"
            + " b (domain, type) AS (SELECT d.domain, t.oid FROM d JOIN pg_catalog.pg_type t ON t.oid = d.type"
            + " WHERE t.typtype <> 'd')"
            + " SELECT n.nspname, c.relname, c.relkind IN ('r', 'p'), a.attname,"
            + " pg_catalog.format_type(coalesce(b.type, a.atttypid), NULL)"
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid LEFT JOIN b ON b.domain = a.atttypid"
            + " WHERE c.relname = ANY (?) AND n.nspname = ANY (?) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
            + " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum";

    /** What the type of a text is followed by where texts of different bytes are equal. */
    private static final String LOOSE = " of a nondeterministic collation";

    private static final Set<String> BINDS =
            Set.of("smallint", "integer", "bigint", "uuid", "text", "character varying", "bytea");

    private static final String LOOSE_COLUMNS = "SELECT n.nspname, c.relname, a.attname FROM pg_catalog.pg_attribute a"
            + " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN pg_catalog.pg_collation o ON o.oid = a.attcollation"
            + " WHERE c.relname = ANY (?) AND n.nspname = ANY (?) AND a.attnum > 0 AND NOT a.attisdropped"
            + " AND NOT o.collisdeterministic";

    private static final String KEY = "SELECT a.attname FROM pg_catalog.pg_constraint k"
            + " JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN LATERAL pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u (attnum, ord) ON true"
            + " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum"
            + " WHERE k.contype = 'p' AND n.nspname = ? AND c.relname = ? ORDER BY u.ord";

    /** Copies both, keeping their order. */
    public RealTable {
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
        primaryKey = List.copyOf(primaryKey);
    }

    /** The table of that schema and name; empty if there is none, or this login cannot see it. */
    public static Optional<RealTable> read(Session session, TableName table) throws SQLException {
        RealTable found =
                read(session, List.of(table.schema()), List.of(table.name())).get(table);
        return found == null
                ? Optional.empty()
                : Optional.of(new RealTable(found.rows, found.types, key(session, table)));
    }

    /**
     * The columns that are not in the database as the catalogue says, each with the first thing that is wrong, from one
     * query. The one rule for publishing, checking, rotating and encrypting.
     */
    public static List<Misfit> misfits(Session session, List<EncryptedColumn> columns) throws SQLException {
        Map<TableName, RealTable> tables = read(
                session,
                columns.stream().map(EncryptedColumn::schema).distinct().toList(),
                columns.stream().map(EncryptedColumn::table).distinct().toList());
        return columns.stream()
                .flatMap(column -> misfit(tables.get(TableName.of(column)), column).stream())
                .toList();
    }

    private static Optional<Misfit> misfit(@Nullable RealTable table, EncryptedColumn column) {
        return table == null
                ? wrong(
                        column,
                        Kind.NO_TABLE,
                        "There is no table " + TableName.of(column).quoted() + ", or this login may not see it.")
                : table.misfit(column);
    }

    private static Map<TableName, RealTable> read(Session session, List<String> schemas, List<String> tables)
            throws SQLException {
        Map<TableName, Map<String, String>> types = new HashMap<>();
        Set<TableName> storing = new HashSet<>();
        try (PreparedStatement select = session.prepare(COLUMNS)) {
            select.setArray(1, session.connection().createArrayOf("text", tables.toArray()));
            select.setArray(2, session.connection().createArrayOf("text", schemas.toArray()));
            try (ResultSet results = select.executeQuery()) {
                while (results.next()) {
                    TableName name = new TableName(results.getString(1), results.getString(2));
                    types.computeIfAbsent(name, table -> new LinkedHashMap<>())
                            .put(results.getString(4), results.getString(5));
                    if (results.getBoolean(3)) {
                        storing.add(name);
                    }
                }
            }
        }
        if (session.dialect().describesTables()) {
            markLoose(session, schemas, tables, types);
        }
        Map<TableName, RealTable> found = new HashMap<>();
        types.forEach((name, ofTable) -> found.put(name, new RealTable(storing.contains(name), ofTable, List.of())));
        return found;
    }

    private static void markLoose(
            Session session, List<String> schemas, List<String> tables, Map<TableName, Map<String, String>> types)
            throws SQLException {
        try (PreparedStatement select = session.prepare(LOOSE_COLUMNS)) {
            select.setArray(1, session.connection().createArrayOf("text", tables.toArray()));
            select.setArray(2, session.connection().createArrayOf("text", schemas.toArray()));
            try (ResultSet results = select.executeQuery()) {
                while (results.next()) {
                    types.getOrDefault(new TableName(results.getString(1), results.getString(2)), new HashMap<>())
                            .computeIfPresent(results.getString(3), (column, type) -> type + LOOSE);
                }
            }
        }
    }

    private static List<String> key(Session session, TableName table) throws SQLException {
        List<String> key = new ArrayList<>();
        try (PreparedStatement select = session.prepare(KEY)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            try (ResultSet results = select.executeQuery()) {
                while (results.next()) {
                    key.add(results.getString(1));
                }
            }
        }
        return key;
    }

    /** Whether the column is there and its type holds envelopes. */
    private boolean holdsBytes(String column) {
        String type = types.getOrDefault(column, "");
        return type.equals("bytea") || type.equals("bytes");
    }

    private Optional<Misfit> misfit(EncryptedColumn column) {
        String sql = TableName.of(column).quoted();
        String name = Identifiers.quote(column.column());
        if (types.containsKey(column.column()) && !holdsBytes(column.column())) {
            return wrong(column, Kind.TYPE, WrongType.of(rows, types.getOrDefault(column.column(), ""), sql, name));
        }
        if (!rows) {
            return wrong(
                    column,
                    Kind.NO_ROWS,
                    sql + " stores no rows of its own (a view or a foreign table); the table"
                            + " behind it was expected.");
        }
        if (!types.containsKey(column.column())) {
            return wrong(
                    column,
                    Kind.NO_COLUMN,
                    "The table " + sql + " has no column " + name + ". In a migration of the application: `ALTER TABLE "
                            + sql + " ADD " + name + " bytea`.");
        }
        for (String key : column.keyColumns()) {
            if (!types.containsKey(key)) {
                return wrong(column, Kind.NO_KEY_COLUMN, "The key column " + key + " is not in the table " + sql + ".");
            }
        }
        for (String key : column.keyColumns()) {
            String type = types.getOrDefault(key, "");
            if (column.mode() == Mode.ROW && !BINDS.contains(type)) {
                return wrong(
                        column,
                        Kind.KEY_TYPE,
                        "Its values are bound to the key column " + key + " of " + sql + ", which is " + type
                                + ". Expected an integer, uuid, text of a deterministic collation, or bytea: of other types equal"
                                + " keys have different bytes, so that values would not open again. Give " + key
                                + " such a type, or leave bind = ROW out, and start the application again.");
            }
        }
        if (column.tenantColumn().filter(tenant -> !types.containsKey(tenant)).isPresent()) {
            return wrong(
                    column,
                    Kind.NO_KEY_COLUMN,
                    "The tenant column " + column.tenantColumn().get() + " is not in the table " + sql + ".");
        }
        return Optional.empty();
    }

    private static Optional<Misfit> wrong(EncryptedColumn column, Kind kind, String why) {
        return Optional.of(new Misfit(column, kind, why));
    }

    /** Whether a column of a table that stores rows holds a value. */
    public static boolean inUse(Session session, EncryptedColumn column) throws SQLException {
        Optional<RealTable> table = read(session, TableName.of(column));
        if (table.isEmpty() || !table.get().rows || !table.get().types.containsKey(column.column())) {
            return false;
        }
        String sql = "SELECT EXISTS (SELECT 1 FROM " + TableName.of(column).quoted() + " WHERE "
                + Identifiers.quote(column.column()) + " IS NOT NULL)";
        try (PreparedStatement select = session.prepare(sql);
                ResultSet result = select.executeQuery()) {
            result.next();
            return result.getBoolean(1);
        }
    }
}
