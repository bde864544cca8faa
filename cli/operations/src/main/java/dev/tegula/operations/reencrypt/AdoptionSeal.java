package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The CHECK under which a column in clear holds nothing any more: a release that still writes it is refused. */
final class AdoptionSeal {

    /** One that holds for all rows, those of before too. */
    private static final String STANDING = """
            SELECT pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND k.conname = ? AND k.contype = 'c' AND k.convalidated""";

    private final TableName table;
    private final String column;
    private final String name;

    AdoptionSeal(PlainColumn plain) {
        this.table = plain.table();
        this.column = plain.name();
        this.name = Identifiers.fitted("tegula_sealed_", plain.name());
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
        session.execute("ALTER TABLE " + table.quoted() + " DROP CONSTRAINT IF EXISTS " + Identifiers.quote(name));
    }
}
