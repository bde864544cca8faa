package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;

/**
 * Why a column must hold something: it is NOT NULL itself, or its type is a domain that takes no NULL, by a NOT NULL or a CHECK, of its own or
 * of a domain beneath it.
 *
 * @param why for example {@code is NOT NULL}
 * @param cure the statement that lets it be empty
 */
public record RequiredValue(String why, String cure) {

    private static final String COLUMN = """
            SELECT a.attnotnull, t.typtype = 'd', pg_catalog.format_type(t.oid, NULL)
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND NOT a.attisdropped""";

    /** Empty for a column that may be empty. */
    static Optional<RequiredValue> of(Session session, TableName table, String column) throws SQLException {
        String domain;
        try (PreparedStatement select = session.prepare(COLUMN)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setString(3, column);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                if (row.getBoolean(1)) {
                    return Optional.of(new RequiredValue("is NOT NULL", altered(table, column) + " DROP NOT NULL`"));
                }
                domain = row.getBoolean(2) ? row.getString(3) : "";
            }
        }
        // A CHECK runs what its functions do, with the rights of this role; Preflight refuses those of others, and
        // comes later.
        return domain.isEmpty() || ForeignCode.of(session, table).isPresent() || takesNull(session, domain)
                ? Optional.empty()
                : Optional.of(new RequiredValue(
                        "has the type domain " + domain + ", which takes no NULL",
                        altered(table, column) + " TYPE …` to a type that does"));
    }

    private static String altered(TableName table, String column) {
        return "`ALTER TABLE " + table.quoted() + " ALTER COLUMN " + Identifiers.quote(column);
    }

    /** Only the database knows what its CHECKs say. */
    private static boolean takesNull(Session session, String domain) throws SQLException {
        Savepoint before = session.connection().setSavepoint();
        try {
            session.execute("SELECT CAST(NULL AS " + domain + ")");
            session.connection().releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (!SqlState.NOT_NULL_VIOLATION.equals(e.getSQLState())
                    && !SqlState.CHECK_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            session.connection().rollback(before);
            return false;
        }
    }
}
