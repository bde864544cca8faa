package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A transaction of somebody else that holds locks of a table or of one of its partitions.
 *
 * @param shown who it is, for people
 * @param stays whether it is prepared, or has been open for so long that it will not end within the time of one ask
 * @param writes whether it holds more than readers do
 */
record Holder(String shown, boolean stays, boolean writes) {

    /** A role without {@code pg_read_all_stats} sees of the sessions of others no more than their pid, user and application. */
    private static final String HOLDERS = """
            WITH RECURSIVE part AS (
              SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = ? AND c.relname = ?
              UNION SELECT i.inhrelid FROM pg_inherits i JOIN part p ON p.oid = i.inhparent)
            SELECT CASE WHEN l.pid IS NOT NULL THEN concat('pid ', l.pid, ' (', coalesce(nullif(a.application_name, ''),
                    a.backend_type, 'no application name'), ', ', coalesce(a.state, CASE WHEN a.backend_type IS NULL
                    THEN 'state not shown to this role' ELSE 'at work' END),
                    CASE WHEN bool_and(l.mode = 'AccessShareLock') THEN ', has only read' ELSE '' END, ')',
                    ', open for ' || round(extract(epoch FROM clock_timestamp() - a.xact_start)) || ' s')
                WHEN x.gid IS NOT NULL THEN 'the prepared transaction ' || quote_literal(x.gid)
                    || '; COMMIT PREPARED or ROLLBACK PREPARED ends it'
                ELSE 'a transaction without a kept' END,
                l.pid IS NULL OR coalesce(a.xact_start < clock_timestamp() - interval '1 second', false),
                bool_or(l.mode NOT IN ('AccessShareLock', 'RowShareLock'))
            FROM pg_locks l JOIN part p ON p.oid = l.relation
            LEFT JOIN pg_stat_activity a ON a.pid = l.pid
            LEFT JOIN pg_locks o ON l.pid IS NULL AND o.pid IS NULL AND o.locktype = 'transactionid'
                AND o.virtualtransaction = l.virtualtransaction
            LEFT JOIN pg_prepared_xacts x ON x.transaction = o.transactionid
            WHERE l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
                AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
            GROUP BY l.pid, a.application_name, a.backend_type, a.state, a.xact_start, x.gid
            ORDER BY 2 DESC, 3 DESC, 1 LIMIT 10""";

    /** Ten at most, those that stay and write first. */
    static List<Holder> of(Session session, TableName table) throws SQLException {
        List<Holder> holders = new ArrayList<>();
        try (PreparedStatement statement = session.prepare(HOLDERS)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    holders.add(new Holder(row.getString(1), row.getBoolean(2), row.getBoolean(3)));
                }
            }
        }
        return holders;
    }
}
