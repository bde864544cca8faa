package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The trigger that empties the encrypted column of a row whose value in clear somebody changes alone: an earlier release of the
 * application, or SQL. An envelope that is not of the value beside it would be read as if it were. Of PostgreSQL.
 */
final class AdoptionGuard {

    /** What the names of all of them, and of their functions, begin with. */
    static final String PREFIX = "tegula_adopt_";

    /** Enabled, and with the function of that body. */
    private static final String STANDING = """
            SELECT 1 FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid
            WHERE n.nspname = ? AND c.relname = ? AND t.tgname = ? AND t.tgenabled IN ('O', 'A') AND f.prosrc = ?""";

    private static final String MARK = "tegula: sealing";

    private static final String MARKED = """
            SELECT 1 FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND t.tgname = ? AND pg_catalog.obj_description(t.oid, 'pg_trigger') = ?""";

    private final TableName table;
    private final String plain;
    private final String encrypted;
    private final String name;

    AdoptionGuard(PlainColumn column) {
        this.table = column.table();
        this.plain = Identifiers.quote(column.name());
        this.encrypted = Identifiers.quote(column.encrypted().column());
        this.name = Identifiers.fitted(
                PREFIX, column.table().name() + "_" + column.encrypted().column());
    }

    /** Its name. */
    String name() {
        return name;
    }

    /** Whether it is there and does what it should. */
    boolean stands(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare(STANDING)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setString(3, name);
            select.setString(4, body());
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Whether {@link #mark} was called since it was made. */
    boolean marked(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare(MARKED)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setString(3, name);
            select.setString(4, MARK);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Notes that every row said the same in both columns, and that the one in clear is being emptied since. */
    void mark(Session session) throws SQLException {
        session.execute(
                "COMMENT ON TRIGGER " + Identifiers.quote(name) + " ON " + table.quoted() + " IS '" + MARK + "'");
    }

    /** Makes it, for which writers of the table have to end. */
    void raise(Session session) throws SQLException {
        session.execute("CREATE OR REPLACE FUNCTION " + function() + " RETURNS trigger LANGUAGE plpgsql"
                + " SET search_path = pg_catalog, pg_temp AS '" + body().replace("'", "''") + "'");
        session.execute("DROP TRIGGER IF EXISTS " + Identifiers.quote(name) + " ON " + table.quoted());
        session.execute("CREATE TRIGGER " + Identifiers.quote(name) + " BEFORE UPDATE ON " + table.quoted()
                + " FOR EACH ROW WHEN (CAST(NEW." + plain + " AS text) IS DISTINCT FROM CAST(OLD." + plain
                + " AS text) AND NEW." + encrypted + " IS NOT DISTINCT FROM OLD." + encrypted
                + " AND current_setting('application_name') <> '" + SweepSettings.APPLICATION
                + "') EXECUTE FUNCTION " + function());
    }

    /** Removes it, whatever it does. */
    void drop(Session session) throws SQLException {
        session.execute("DROP TRIGGER IF EXISTS " + Identifiers.quote(name) + " ON " + table.quoted());
        session.execute("DROP FUNCTION IF EXISTS " + function());
    }

    private String function() {
        return new TableName(table.schema(), name).quoted() + "()";
    }

    private String body() {
        return " BEGIN NEW." + encrypted + " := NULL; RETURN NEW; END ";
    }
}
