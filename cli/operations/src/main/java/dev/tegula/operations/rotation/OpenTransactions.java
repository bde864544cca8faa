package dev.tegula.operations.rotation;

import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The transactions of a database that may still bring a value back which a search has not seen. */
final class OpenTransactions {

    private static final String PREPARED =
            "SELECT gid, owner FROM pg_catalog.pg_prepared_xacts WHERE database = pg_catalog.current_database() ORDER BY gid";

    /** Every transaction holds the lock of its own virtual id; everybody sees these locks. */
    private static final String OPEN = """
            SELECT l.virtualtransaction, l.pid, coalesce(a.application_name, ''), coalesce(a.usename, '')
            FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
              AND a.datname = pg_catalog.current_database() AND a.backend_type IS DISTINCT FROM 'autovacuum worker'""";

    private OpenTransactions() {}

    /** Those that were prepared and not ended: nothing else shows what they wrote. */
    static List<String> prepared(Session session) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement select = session.prepare(PREPARED);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                String gid = "'" + row.getString(1).replace("'", "''") + "'";
                found.add("the prepared transaction " + gid + " of " + row.getString(2)
                        + " may hold values that no search sees; end it with COMMIT PREPARED " + gid
                        + " or ROLLBACK PREPARED " + gid);
            }
        }
        return found;
    }

    /** Those that are open now, by virtual id, as people know them. */
    static SortedMap<String, String> now(Session session) throws SQLException {
        return now(session, "the end of the search", "hold values that the search did not see");
    }

    /**
     * The same for another purpose.
     *
     * @param since since before what it is open
     * @param may what it may do
     */
    static SortedMap<String, String> now(Session session, String since, String may) throws SQLException {
        SortedMap<String, String> open = new TreeMap<>();
        try (PreparedStatement select = session.prepare(OPEN);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                open.put(
                        row.getString(1),
                        "a transaction is open since before " + since + " (pid " + row.getInt(2)
                                + ", application '" + row.getString(3) + "', role " + row.getString(4)
                                + ") and may " + may + "; end it, or run SELECT pg_terminate_backend("
                                + row.getInt(2) + ")");
            }
        }
        return open;
    }

    /** Those of them that are still open. */
    static SortedMap<String, String> still(Session session, Set<String> before) throws SQLException {
        return now(session).entrySet().stream()
                .filter(open -> before.contains(open.getKey()))
                .collect(Collectors.toMap(e -> e.getKey(), e -> e.getValue(), (a, b) -> a, TreeMap::new));
    }
}
