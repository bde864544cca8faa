package dev.tegula.operations.reencrypt;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/**
 * Whether a connection goes to a PostgreSQL itself: the server's process is the one that the driver was told of when it connected. A
 * pooler tells a number of its own.
 */
public final class DirectConnection {

    private DirectConnection() {}

    /** False too where the driver is another one, and where the database does not say. */
    public static boolean is(Connection connection) {
        try {
            if (!connection.isWrapperFor(PGConnection.class)) {
                return false;
            }
            int told = connection.unwrap(PGConnection.class).getBackendPID();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_backend_pid()")) {
                return row.next() && row.getInt(1) == told;
            }
        } catch (SQLException | NoClassDefFoundError e) {
            return false;
        }
    }
}
