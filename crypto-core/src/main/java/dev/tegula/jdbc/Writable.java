package dev.tegula.jdbc;

import dev.tegula.failure.ConfigurationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Whether a database takes changes. It is asked before the first one: {@code default_transaction_read_only} stops some
 * statements of a procedure and not others, and a replica in recovery stops all.
 */
public final class Writable {

    private static final String ASK = ", current_setting('default_transaction_read_only') = 'on',"
            + " (SELECT source FROM pg_settings WHERE name = 'default_transaction_read_only'),"
            + " current_user, current_database()";
    private static final String STANDBY =
            "This server is a standby, a replica in recovery, which takes no changes. Name the primary in the"
                    + " JDBC URL, for example with several hosts and targetServerType=primary.";
    private static final String POOL =
            "The data source hands out connections that are read-only (Connection.setReadOnly, readOnly of a pool): give"
                    + " Tegula one whose connections take changes.";

    private Writable() {}

    /**
     * Refuses a database that takes no changes.
     *
     * @throws ConfigurationException if this login is read-only there, naming what makes it so and the statement that ends it
     * @throws dev.tegula.failure.UnavailableException if it is a replica in recovery
     */
    public static void require(Transactions transactions) {
        transactions.read(Writable::whyNot).ifPresent(reason -> {
            throw new ConfigurationException(reason);
        });
    }

    /** Whether the server is a replica in recovery. */
    static boolean recovers(Connection connection, Dialect dialect) throws SQLException {
        if (dialect.product() != Dialect.Product.POSTGRESQL) {
            return false;
        }
        try (Statement ask = connection.createStatement();
                ResultSet row = ask.executeQuery("SELECT pg_catalog.pg_is_in_recovery()")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Why the database takes no changes from this login; empty if it does. */
    public static Optional<String> whyNot(Session session) throws SQLException {
        return why(session, Optional.of(STANDBY));
    }

    /** Which setting lets this login change nothing; empty if none does, whatever else the server is. */
    static Optional<String> setting(Session session) throws SQLException {
        return session.connection().isReadOnly() ? Optional.of(POOL) : why(session, Optional.empty());
    }

    private static Optional<String> why(Session session, Optional<String> standby) throws SQLException {
        // CockroachDB knows no standby, and no function that tells.
        String ask = "SELECT " + session.dialect().sql("pg_is_in_recovery()", "false") + ASK;
        try (PreparedStatement select = session.prepare(ask);
                ResultSet row = select.executeQuery()) {
            row.next();
            if (row.getBoolean(1)) {
                return standby;
            }
            if (!row.getBoolean(2)) {
                return Optional.empty();
            }
            String source = row.getString(3) == null ? "" : row.getString(3);
            return Optional.of("The database is read-only for this login: default_transaction_read_only is on, "
                    + setBy(source, Identifiers.quote(row.getString(4)), Identifiers.quote(row.getString(5)))
                    + " It may have been set for a reason: ask first.");
        }
    }

    private static String setBy(String source, String role, String database) {
        return switch (source) {
            case "user" -> "set for the role." + reset("ROLE " + role);
            case "database" -> "set for the database." + reset("DATABASE " + database);
            case "database user" ->
                "set for the role in this database." + reset("ROLE " + role + " IN DATABASE " + database);
            case "client" -> "set by this client: in the options of the JDBC URL. Take it out there.";
            default -> "set for the whole server, in its configuration.";
        };
    }

    /** Sessions of the same login begin read-only too, so the statement that ends it must say that it writes. */
    private static String reset(String what) {
        return " `BEGIN READ WRITE; ALTER " + what + " RESET default_transaction_read_only; COMMIT` ends it.";
    }
}
