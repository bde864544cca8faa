package dev.tegula.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of another connection that holds locks of a table or of one of its partitions. PostgreSQL only:
 * {@link Dialect#showsHolders}.
 *
 * @param table the table, as the search path of this login lets it be written
 * @param who who it is, for people
 * @param pid the process of its connection; null if it is prepared, and has none
 * @param application what its connection calls itself; empty for none
 * @param stays whether it is prepared, or has been open for so long that it will not end within the time of one ask
 * @param use the most it does with the table
 */
public record TableHolder(
        String table, String who, @Nullable Integer pid, String application, boolean stays, Use use) {

    /** What locks say of a transaction, from the weakest to the strongest. */
    public enum Use {
        /** It has read: in the way of DDL only. */
        READS,
        /** It has locked rows. */
        LOCKS_ROWS,
        /** It has written rows, or looks after the table as VACUUM does. */
        WRITES,
        /** A writer has to wait for it. */
        STOPS_WRITERS
    }

    /** What ends it, as a statement for people to run. */
    public String ending() {
        return pid == null ? "COMMIT PREPARED or ROLLBACK PREPARED" : "`SELECT pg_terminate_backend(" + pid + ")`";
    }

    /** Who it is, with what ends it where that is no process that can be ended. */
    public String shown() {
        return pid == null ? who + "; " + ending() + " ends it" : who;
    }

    /** What to do about them, for people: a prepared transaction has no process, and says itself what ends it. */
    public static String cure(Collection<TableHolder> holders) {
        boolean sessions = holders.stream().anyMatch(holder -> holder.pid != null);
        return "Wait for them or end them" + (sessions ? " (SELECT pg_terminate_backend(PID))" : "");
    }

    /** A role without {@code pg_read_all_stats} sees of the sessions of others no more than their pid, user and application. */
    private static final String HOLDERS = """
            WITH RECURSIVE part AS (
              SELECT pg_catalog.to_regclass(name)::oid AS oid, pg_catalog.to_regclass(name) AS root
              FROM pg_catalog.unnest(?::text[]) AS given (name)
              UNION SELECT i.inhrelid, p.root FROM pg_catalog.pg_inherits i JOIN part p ON p.oid = i.inhparent)
            SELECT p.root::text,
                CASE WHEN l.pid IS NOT NULL THEN pg_catalog.concat('pid ', l.pid, ' (', 'user ' || a.usename || ', ',
                    coalesce(nullif(a.application_name, ''), a.backend_type, 'no application name'), ', ',
                    coalesce(a.state, CASE WHEN a.backend_type IS NULL THEN 'state not shown to this role'
                      ELSE 'at work' END),
                    CASE WHEN pg_catalog.bool_and(l.mode = 'AccessShareLock') THEN ', has only read' ELSE '' END, ')',
                    ', open for ' || pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start))
                      || ' s')
                  WHEN x.gid IS NOT NULL THEN 'the prepared transaction ' || pg_catalog.quote_literal(x.gid)
                  ELSE 'a transaction without a session' END,
                l.pid,
                coalesce(a.application_name, ''),
                l.pid IS NULL
                  OR coalesce(a.xact_start < pg_catalog.clock_timestamp() - interval '1 second', false) AS stays,
                pg_catalog.max(CASE l.mode WHEN 'AccessShareLock' THEN 0 WHEN 'RowShareLock' THEN 1
                  WHEN 'RowExclusiveLock' THEN 2 WHEN 'ShareUpdateExclusiveLock' THEN 2 ELSE 3 END) AS use
            FROM pg_catalog.pg_locks l JOIN part p ON p.oid = l.relation
            LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            LEFT JOIN pg_catalog.pg_locks o ON l.pid IS NULL AND o.pid IS NULL AND o.locktype = 'transactionid'
                AND o.virtualtransaction = l.virtualtransaction
            LEFT JOIN pg_catalog.pg_prepared_xacts x ON x.transaction = o.transactionid
            WHERE l.granted AND l.mode <> 'SIReadLock' AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
                AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                  WHERE d.datname = pg_catalog.current_database())
            GROUP BY p.root, l.pid, a.usename, a.application_name, a.backend_type, a.state, a.xact_start, x.gid
            ORDER BY stays DESC, use DESC, a.xact_start, 1, 2""";

    /** Those of one table: first those that stay, the strongest use first, then the oldest. */
    public static List<TableHolder> of(Session session, TableName table) throws SQLException {
        return of(session, List.of(table.quoted()));
    }

    /**
     * Those of some tables, in the same order.
     *
     * @param tables as SQL writes them; what is no table is left out
     */
    public static List<TableHolder> of(Session session, Collection<String> tables) throws SQLException {
        List<TableHolder> holders = new ArrayList<>();
        try (PreparedStatement select = session.prepare(HOLDERS)) {
            select.setArray(1, session.connection().createArrayOf("text", tables.toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    holders.add(new TableHolder(
                            row.getString(1),
                            row.getString(2),
                            (Integer) row.getObject(3),
                            row.getString(4),
                            row.getBoolean(5),
                            Use.values()[row.getInt(6)]));
                }
            }
        }
        return holders;
    }
}
