package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * What lives on the WAL of the database: replicas, which show old rows while they are behind, and replication slots, whose reader
 * has to begin anew once the server no longer keeps what it did not read. A role without {@code pg_read_all_stats} sees no lag.
 */
final class Followers {

    /** A replica whose replay is held back on purpose says so by a lag that does not shrink; {@code --max-lag 0} goes on beside it. */
    private static final String BEHIND = """
            SELECT coalesce(nullif(application_name, ''), client_addr::text, 'pid ' || pid),
              CAST(extract(epoch FROM replay_lag) AS bigint)
            FROM pg_catalog.pg_stat_replication WHERE replay_lag > ? * interval '1 second'
            ORDER BY replay_lag DESC LIMIT 1""";

    /** {@code lost} is too late to wait for. */
    private static final String SLOTS =
            "SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE wal_status = 'unreserved' ORDER BY 1 LIMIT 1";

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
                    ? Optional.of("replication slot " + row.getString(1) + " is about to lose WAL that it has not read")
                    : Optional.empty();
        }
    }
}
