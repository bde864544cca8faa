package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.Finding.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Functions that would run when rows of a table are changed, with the rights of the one who changes them, and that belong to
 * somebody who is neither that role nor a superuser. {@code SET ROLE} is no way out: a function that runs after it can set
 * the role back.
 */
final class ForeignCode {

    /** What the functions of an expression are is kept by the server as dependencies of the object that has it. */
    private static final String FUNCTIONS = """
            WITH RECURSIVE part AS (
              SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = ? AND c.relname = ?
              UNION SELECT i.inhrelid FROM pg_inherits i JOIN part p ON p.oid = i.inhparent),
            types AS (
              SELECT a.atttypid AS oid FROM pg_attribute a JOIN part p ON p.oid = a.attrelid
              WHERE a.attnum > 0 AND NOT a.attisdropped
              UNION SELECT b.typbasetype FROM pg_type b JOIN types t ON t.oid = b.oid WHERE b.typtype = 'd'),
            objects AS (
              SELECT 'an index' AS what, CAST('pg_class' AS regclass) AS class, i.indexrelid AS oid
              FROM pg_index i JOIN part p ON p.oid = i.indrelid
              UNION ALL SELECT 'a constraint', CAST('pg_constraint' AS regclass), k.oid
              FROM pg_constraint k JOIN part p ON p.oid = k.conrelid
              UNION ALL SELECT 'a domain', CAST('pg_constraint' AS regclass), k.oid
              FROM pg_constraint k JOIN types t ON t.oid = k.contypid
              UNION ALL SELECT 'a generated column', CAST('pg_attrdef' AS regclass), d.oid
              FROM pg_attrdef d JOIN part p ON p.oid = d.adrelid
              UNION ALL SELECT 'a rule', CAST('pg_rewrite' AS regclass), r.oid
              FROM pg_rewrite r JOIN part p ON p.oid = r.ev_class
              UNION ALL SELECT 'a policy', CAST('pg_policy' AS regclass), y.oid
              FROM pg_policy y JOIN part p ON p.oid = y.polrelid
              UNION ALL SELECT 'a trigger', CAST('pg_trigger' AS regclass), g.oid
              FROM pg_trigger g JOIN part p ON p.oid = g.tgrelid WHERE NOT g.tgisinternal),
            used AS (
              SELECT o.what, d.refobjid AS function FROM pg_depend d
              JOIN objects o ON o.class = d.classid AND o.oid = d.objid
              WHERE d.refclassid = CAST('pg_proc' AS regclass)
              UNION SELECT o.what, p.oprcode FROM pg_depend d
              JOIN objects o ON o.class = d.classid AND o.oid = d.objid
              JOIN pg_operator p ON p.oid = d.refobjid
              WHERE d.refclassid = CAST('pg_operator' AS regclass)
              UNION SELECT 'a cast', k.castfunc FROM pg_cast k JOIN types t ON t.oid = k.castsource)
            SELECT DISTINCT CAST(CAST(f.oid AS regprocedure) AS text), u.what, r.rolname
            FROM used u JOIN pg_proc f ON f.oid = u.function JOIN pg_roles r ON r.oid = f.proowner
            WHERE NOT r.rolsuper AND r.rolname <> current_user ORDER BY 1, 2""";

    private ForeignCode() {}

    static Optional<Finding> of(Session session, TableName table) throws SQLException {
        List<String> functions = new ArrayList<>();
        try (PreparedStatement select = session.prepare(FUNCTIONS)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    functions.add(row.getString(1) + " of role " + row.getString(3) + " (" + row.getString(2) + ")");
                }
            }
        }
        return functions.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Kind.FOREIGN_CODE,
                        table.toString(),
                        "Changing rows of " + table + " would run functions of others with the rights of this role: "
                                + String.join(", ", functions)
                                + ". Read them and give them to this role or a superuser (ALTER FUNCTION … OWNER TO), or"
                                + " connect Tegula as the role that owns them."));
    }
}
