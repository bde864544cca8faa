package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A CHECK as the database has it.
 *
 * @param definition as the server prints it
 * @param validated whether all rows pass it
 */
record StandingCheck(String definition, boolean validated) {

    private static final String CHECK = """
            SELECT pg_get_constraintdef(k.oid), k.convalidated
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND k.contype = 'c' AND k.conname = ?""";

    /** The one of that name. */
    static Optional<StandingCheck> of(Session session, TableName table, String name) throws SQLException {
        String path = FenceCheck.bare(session);
        try (PreparedStatement select = session.prepare(CHECK)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setString(3, name);
            Optional<StandingCheck> found;
            try (ResultSet row = select.executeQuery()) {
                found = row.next()
                        ? Optional.of(new StandingCheck(String.valueOf(row.getString(1)), row.getBoolean(2)))
                        : Optional.empty();
            }
            FenceCheck.restore(session, path);
            return found;
        }
    }
}
