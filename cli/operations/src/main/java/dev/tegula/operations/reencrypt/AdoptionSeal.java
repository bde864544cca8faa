package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ShellWord;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.TreeMap;

/** The CHECK under which a column in clear holds nothing any more: a release that still writes it is refused. */
final class AdoptionSeal {

    /** One that holds for all rows, those of before too. */
    private static final String STANDING = """
            SELECT pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND k.conname = ? AND k.contype = 'c' AND k.convalidated""";

    /** One that was made and not looked at yet; its run is at work, or was cut off. */
    private static final String RAISED = """
            SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conrelid = pg_catalog.to_regclass(?) AND k.conname = ?
            AND k.contype = 'c' AND NOT k.convalidated""";

    private static final String HALTED = """
            SELECT n.nspname, c.relname, a.attname, k.conname FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
            WHERE k.contype = 'c' AND NOT k.convalidated AND k.coninhcount = 0 AND k.conname LIKE 'tegula\\_sealed\\_%'""";

    private final TableName table;
    private final String column;
    private final String name;

    AdoptionSeal(PlainColumn plain) {
        this(plain.table(), plain.name());
    }

    private AdoptionSeal(TableName table, String column) {
        this.table = table;
        this.column = column;
        this.name = Identifiers.fitted("tegula_sealed_", column);
    }

    /** Of all that are {@link #raised} in the database, what they do, each behind the name of its column. */
    static SortedMap<String, String> halted(Session session) throws SQLException {
        SortedMap<String, String> halted = new TreeMap<>();
        try (PreparedStatement select = session.prepare(HALTED);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                AdoptionSeal seal =
                        new AdoptionSeal(new TableName(row.getString(1), row.getString(2)), row.getString(3));
                if (seal.name.equals(row.getString(4))) {
                    halted.put(seal.table + "." + seal.column, seal.standing());
                }
            }
        }
        return halted;
    }

    /** Its name. */
    String name() {
        return name;
    }

    /** Whether it is there and was validated. */
    boolean stands(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare(STANDING)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setString(3, name);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                String definition = row.getString(1);
                return definition.equals("CHECK ((" + column + " IS NULL))")
                        || definition.equals("CHECK ((" + Identifiers.quote(column) + " IS NULL))");
            }
        }
    }

    /** Whether it is there and holds for what is written alone. */
    boolean raised(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare(RAISED)) {
            select.setString(1, table.quoted());
            select.setString(2, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** What it does where it is {@link #raised}, and what takes it away, for people. */
    String standing() {
        return "The CHECK " + name + " of " + table
                + " stands, and refuses every change of a row that still holds a value in "
                + column + ": a run that seals is at work, or was cut off. `tegula adopt FIELD --from "
                + ShellWord.of(column) + " --seal` takes it away before it goes on; so does `" + removal() + "`.";
    }

    /** Makes it for what is written from now on, whatever was there under its name. */
    void raise(Session session) throws SQLException {
        session.execute("ALTER TABLE " + table.quoted() + " DROP CONSTRAINT IF EXISTS " + Identifiers.quote(name)
                + ", ADD CONSTRAINT " + Identifiers.quote(name) + " CHECK (" + Identifiers.quote(column)
                + " IS NULL) NOT VALID");
    }

    /** Says that it holds for all rows. */
    void validate(Session session) throws SQLException {
        session.execute("ALTER TABLE " + table.quoted() + " VALIDATE CONSTRAINT " + Identifiers.quote(name));
    }

    /** Removes it. */
    void drop(Session session) throws SQLException {
        session.execute(removal());
    }

    private String removal() {
        return "ALTER TABLE " + table.quoted() + " DROP CONSTRAINT IF EXISTS " + Identifiers.quote(name);
    }
}
