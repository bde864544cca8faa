package dev.tegula.operations.reencrypt;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.ShellWord;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What a column must be that is to get values in clear: one that holds nothing yet, and takes whatever comes. Of PostgreSQL. */
final class ReleaseTarget {

    /** What gives it values of its own, or says which it may not have twice, or that another table has to have. */
    private static final String OBSTACLES = """
            SELECT DISTINCT pg_catalog.pg_describe_object(d.classid, d.objid, 0) FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_class c ON c.oid = d.refobjid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
            WHERE d.refclassid = CAST('pg_catalog.pg_class' AS regclass) AND n.nspname = ? AND c.relname = ? AND a.attname = ?
              AND (EXISTS (SELECT 1 FROM pg_catalog.pg_attrdef f WHERE f.oid = d.objid AND f.adrelid = c.oid
                  AND f.adnum = a.attnum AND d.classid = CAST('pg_catalog.pg_attrdef' AS regclass))
                OR EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.oid = d.objid AND k.contype IN ('p', 'u', 'f', 'x')
                  AND d.classid = CAST('pg_catalog.pg_constraint' AS regclass))
                OR EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indexrelid = d.objid AND i.indisunique
                  AND d.classid = CAST('pg_catalog.pg_class' AS regclass)))
            UNION ALL SELECT 'identity of column ' || a.attname FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND a.attidentity <> ''
            ORDER BY 1""";

    /** A domain has the length of its own. */
    private static final String ROOM = """
            SELECT CASE b.typname WHEN 'bpchar' THEN 0 WHEN 'varchar' THEN m.typmod - 4 ELSE 2147483647 END
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            JOIN pg_catalog.pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
            CROSS JOIN LATERAL (SELECT CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE a.atttypmod END AS typmod) m
            WHERE a.attrelid = pg_catalog.to_regclass(?) AND a.attname = ? AND m.typmod > 4""";

    private ReleaseTarget() {}

    /**
     * How many characters a text may have that ends in a space: of a longer one a {@code varchar(n)} cuts spaces off instead of refusing
     * it, as the standard has it, and a {@code char(n)} keeps none.
     */
    static int room(Session session, PlainColumn column) throws SQLException {
        try (PreparedStatement select = session.prepare(ROOM)) {
            select.setString(1, column.table().quoted());
            select.setString(2, column.name());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getInt(1) : Integer.MAX_VALUE;
            }
        }
    }

    /** What is in the way of values, in the words of the database. */
    static List<String> obstacles(Session session, PlainColumn column) throws SQLException {
        List<String> obstacles = new ArrayList<>();
        try (PreparedStatement select = session.prepare(OBSTACLES)) {
            for (int i = 0; i < 2; i++) {
                select.setString(3 * i + 1, column.table().schema());
                select.setString(3 * i + 2, column.table().name());
                select.setString(3 * i + 3, column.name());
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    obstacles.add(row.getString(1));
                }
            }
        }
        return obstacles;
    }

    /** Whether it holds a value. */
    static boolean filled(Session session, PlainColumn column) throws SQLException {
        return filled(session, column.table(), column.name());
    }

    /** Whether a column of a table does. */
    static boolean filled(Session session, TableName table, String column) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT EXISTS (SELECT 1 FROM " + table.quoted() + " WHERE "
                        + Identifiers.quote(column) + " IS NOT NULL)");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    static RefusedException inTheWay(PlainColumn column, List<String> what) {
        return new RefusedException(
                "release-in-the-way",
                place(column) + " cannot get the values of "
                        + column.encrypted().column() + " beside releases that do not know it: "
                        + String.join("; ", what) + ". Take that away first, or name another column; `ALTER TABLE "
                        + column.table().quoted()
                        + " ADD name type` makes one. What it needs can be made again when the"
                        + " release has ended.");
    }

    static RefusedException notEmpty(PlainColumn column) {
        return new RefusedException(
                "release-not-empty",
                place(column) + " holds values already, which nothing keeps the same as "
                        + column.encrypted().column()
                        + ". Name an empty column; or, if these are the values of an adoption that was given up, set them to NULL.");
    }

    static RefusedException adopted(PlainColumn column) {
        return new RefusedException(
                "release-adopted",
                place(column) + " is being adopted: every row has its value in clear in it still. `tegula adopt "
                        + column.encrypted().field() + " --from " + ShellWord.of(column.name())
                        + " --back` gives that up.");
    }

    static String place(PlainColumn column) {
        return column.table() + "." + column.name();
    }
}
