package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What lives on the WAL of the database: replicas, which show old rows while they are behind, and replication slots, for which the
 * server keeps WAL until its disk is full, or whose reader has to begin again once it no longer does. A role without
 * {@code pg_read_all_stats} sees no lag.
 */
final class Followers {

    /** A replica whose replay is held back on purpose says so by a lag that does not shrink; {@code --max-lag 0} goes on beside it. */
    private static final String BEHIND = """
            SELECT coalesce(nullif(application_name, ''), client_addr::text, 'pid ' || pid),
              CAST(extract(epoch FROM replay_lag) AS bigint)
            FROM pg_catalog.pg_stat_replication WHERE replay_lag > ? * interval '1 second'
            ORDER BY replay_lag DESC LIMIT 1""";

    /**
     * Slots for which the server keeps more than it wants to, the nearest to their end first: one that it will drop WAL from, one
     * for which the disk fills. {@code lost} is too late to wait for.
     */
    private static final String SLOTS = """
            SELECT slot_name, wal_status, active FROM pg_catalog.pg_replication_slots
            WHERE wal_status IN ('unreserved', 'extended') ORDER BY wal_status DESC, slot_name LIMIT 1""";

    private static final String LOST =
            "SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE wal_status = 'lost' ORDER BY 1";

    private Followers() {}

    /** Whom a sweep should wait for, for people; empty if nobody is further behind than that. */
    static Optional<String> waitedFor(Session session, Duration maxLag) throws SQLException {
        if (maxLag.isZero() || !session.dialect().showsReplicas()) {
            return Optional.empty();
        }
        try (PreparedStatement select = session.prepare(BEHIND)) {
            select.setLong(1, maxLag.toSeconds());
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    return Optional.of("replica " + row.getString(1) + " is " + row.getLong(2) + " s behind");
                }
            }
        }
        try (PreparedStatement select = session.prepare(SLOTS);
                ResultSet row = select.executeQuery()) {
            return row.next()
                    ? Optional.of("replication slot " + row.getString(1)
                            + (row.getString(2).equals("extended")
                                    ? " keeps more WAL than max_wal_size"
                                    : " is about to lose WAL that it has not read")
                            + (row.getBoolean(3) ? "" : ", and nobody reads it"))
                    : Optional.empty();
        }
    }

    /** Slots that nothing waits for any more, as sentences. */
    static List<String> lost(Session session) throws SQLException {
        List<String> lost = new ArrayList<>();
        if (session.dialect().showsReplicas()) {
            try (PreparedStatement select = session.prepare(LOST);
                    ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    lost.add("replication slot " + row.getString(1)
                            + " is lost (wal_status): the server dropped WAL that it had not read, so nothing waits for it, and"
                            + " its reader has to begin again. Then drop it: SELECT pg_drop_replication_slot('"
                            + row.getString(1) + "')");
                }
            }
        }
        return lost;
    }
}
