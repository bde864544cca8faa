package dev.tegula.operations.scan;

import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.OwnTables;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A column that stores values of users.
 *
 * @param rows how many rows the server believes the table has; negative if it never counted
 * @param drawable whether a sample of the table can be drawn
 * @param readable whether this login may read it
 */
record ScanColumn(TableName table, String name, Type type, double rows, boolean drawable, boolean readable) {

    /** How a value is looked at. */
    enum Type {
        BYTES,
        TEXT,
        TEXTS,
        JSON,
        NUMBER,
        DATE;

        /** Whether the values are read; of others the name alone is looked at. */
        boolean valuesRead() {
            return this != DATE;
        }
    }

    /**
     * Partitions, and what children have from their parents, are looked at through these. {@code to_regclass} finds the registry of
     * this login, whose tables hold no values.
     */
    private static final String FROM = """
             FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_type d ON d.oid = a.atttypid
            JOIN pg_catalog.pg_type t ON t.oid = CASE WHEN d.typbasetype = 0 THEN d.oid ELSE d.typbasetype END
            LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
            WHERE c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped
              AND n.nspname NOT IN ('information_schema', 'pg_catalog', 'crdb_internal', 'pg_extension', 'pg_toast')
              AND (c.relkind <> 'm' OR c.relispopulated)
              AND (t.typname IN ('bytea', 'json', 'jsonb', 'xml', 'hstore', 'int8', 'int4', 'numeric', 'date')
                OR t.typcategory = 'S' OR e.typcategory = 'S')""";

    private static final String POSTGRESQL =
            "SELECT n.nspname, c.relname, a.attname, t.typname, t.typcategory, c.reltuples,"
                    + " pg_catalog.has_schema_privilege(n.oid, 'USAGE')"
                    + " AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')"
                    + FROM + """
              AND c.relpersistence <> 't' AND NOT c.relispartition AND a.attinhcount = 0
              AND c.oid NOT IN (SELECT own.oid FROM pg_catalog.unnest(CAST(? AS text[])) AS name
                JOIN pg_catalog.pg_class own ON own.oid = pg_catalog.to_regclass(name))
            ORDER BY 1, 2, a.attnum""";

    private static final String COCKROACHDB =
            "SELECT n.nspname, c.relname, a.attname, t.typname, t.typcategory, -1.0, true" + FROM + """
              AND c.relname <> ALL (CAST(? AS text[]))
            ORDER BY 1, 2, a.attnum""";

    /** All of the database but the tables of this registry. */
    static List<ScanColumn> all(Session session) throws SQLException {
        List<ScanColumn> columns = new ArrayList<>();
        boolean draws = session.dialect().drawsSamples();
        try (PreparedStatement select = session.prepare(session.dialect().sql(POSTGRESQL, COCKROACHDB))) {
            select.setArray(
                    1,
                    session.connection().createArrayOf("text", OwnTables.names().toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    columns.add(new ScanColumn(
                            new TableName(row.getString(1), row.getString(2)),
                            row.getString(3),
                            type(row.getString(4), row.getString(5)),
                            row.getDouble(6),
                            draws,
                            row.getBoolean(7)));
                }
            }
        }
        return columns;
    }

    private static Type type(String name, String category) {
        return switch (name) {
            case "bytea" -> Type.BYTES;
            case "json", "jsonb" -> Type.JSON;
            case "int8", "int4", "numeric" -> Type.NUMBER;
            case "date" -> Type.DATE;
            default -> category.equals("A") ? Type.TEXTS : Type.TEXT;
        };
    }

    /** Schema, table and column. */
    String place() {
        return table + "." + name;
    }

    /** What a sample reads of it: the beginning, which is enough to tell what a value is. */
    String beginning(int most) {
        String column = Identifiers.quote(name);
        return switch (type) {
            case BYTES -> "substring(" + column + "::bytea from 1 for " + most + ")";
            case TEXTS ->
                "pg_catalog.left(pg_catalog.array_to_string(" + column + ", pg_catalog.chr(10)), " + most + ")";
            default -> "pg_catalog.left(" + column + "::text, " + most + ")";
        };
    }
}
