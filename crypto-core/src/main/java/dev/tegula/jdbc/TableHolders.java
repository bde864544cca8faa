package dev.tegula.jdbc;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Who holds Tegula's own tables, for the failure of a transaction that waited for them in vain. */
final class TableHolders {

    /** A role without {@code pg_read_all_stats} is not told since when the transactions of others are open. */
    private static final String HOLDERS = "SELECT pg_catalog.concat(name, ': ', CASE WHEN l.pid IS NULL THEN"
            + " 'a prepared transaction (pg_prepared_xacts lists it)' ELSE pg_catalog.concat('pid ', l.pid, ' (',"
            + " coalesce(nullif(a.application_name, ''), 'no application name'),"
            + " ', open since ' || pg_catalog.date_trunc('second', a.xact_start)::text, ')') END)"
            + " FROM pg_catalog.pg_locks l JOIN pg_catalog.unnest(?::text[]) name ON l.relation = to_regclass(name)"
            + " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
            + " WHERE l.granted AND l.mode <> 'AccessShareLock' AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()"
            + " AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())"
            + " GROUP BY name, l.pid, a.application_name, a.xact_start ORDER BY a.xact_start, 1 LIMIT 5";

    private TableHolders() {}

    static boolean waitedFor(SQLException e) {
        return SqlKind.of(e) == SqlKind.HELD;
    }

    /** Five at most, those that stand longest first. */
    static List<String> read(Session session) throws SQLException {
        List<String> holders = new ArrayList<>();
        Array names =
                session.connection().createArrayOf("text", OwnTables.names().toArray());
        try (PreparedStatement select = session.prepare(HOLDERS)) {
            select.setArray(1, names);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    holders.add(rows.getString(1));
                }
            }
        }
        return holders;
    }

    static TableHeldException failure(List<String> holders, SQLException e) {
        return new TableHeldException(
                "Other transactions hold Tegula's own tables (SQLSTATE 55P03): " + String.join("; ", holders)
                        + ". Wait for them or end them (SELECT pg_terminate_backend(PID)), then run the same again.",
                SqlFailures.withoutText(e));
    }
}
