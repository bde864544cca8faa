package dev.tegula.jdbc;

import dev.tegula.audit.AuditEntry;
import dev.tegula.registry.RegistrySeal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;

/**
 * Where the chains end on which the connections of this process last wrote. If nobody wrote there since, the next entry costs one
 * round trip: the statement compares the whole head, and changes nothing where another is stored, or somebody holds it. Thread-safe.
 */
final class KnownHeads {

    /** How long the clock of the database is counted on by that of the process. */
    static final Duration CLOCK = Duration.ofSeconds(10);

    /** So many times in a row somebody else wrote to the chain, or the transaction was rolled back: then heads are read again. */
    private static final int MISSES = 3;

    private static final String FOLLOW = AuditChains.added("SELECT chain, " + ChainEnd.VALUES
            + " FROM (SELECT chain FROM tegula_audit_head WHERE chain = ? AND seq = ? AND mac = ? AND seal = ?"
            + " AND session_user = ? AND " + AuditChains.LASTING + " FOR UPDATE SKIP LOCKED) AS held");

    private final LongSupplier nanos;
    private final Map<Connection, Known> known = Collections.synchronizedMap(new WeakHashMap<>());

    KnownHeads(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * What is known by a connection.
     *
     * @param read when the clock of the database was read, by that of the process
     * @param misses how often in a row another head was stored than this one
     * @param moves how many chains the connection has gone on by, because others wrote to the one before
     */
    private record Known(ChainEnd end, long read, int misses, int moves) {

        /** Whether nobody else wrote in between. */
        boolean before(ChainEnd next) {
            return end.chain() == next.chain() && end.seq() + 1 == next.seq();
        }
    }

    /** The end behind the entry, if it could be added behind the head that is known; else nothing was changed. */
    Optional<ChainEnd> follow(Session session, String host, AuditEntry entry, RegistrySeal seal) throws SQLException {
        Connection place = place(session);
        Known last = known.get(place);
        if (last == null
                || last.misses() >= MISSES
                || last.end().root().filter(seal::replaced).isPresent()) {
            return Optional.empty();
        }
        long counted = nanos.getAsLong() - last.read();
        if (counted >= CLOCK.toNanos()) {
            return Optional.empty();
        }
        Instant now = last.end().now().plusNanos(counted).truncatedTo(ChronoUnit.MICROS);
        try (PreparedStatement add = session.prepare(FOLLOW)) {
            ChainEnd end = last.end().as(now).bind(add, 1, host, entry, seal);
            add.setLong(13, end.chain());
            int at = last.end().bindHead(add, 14);
            add.setString(at++, end.login());
            add.setLong(end.bindHead(add, at), end.chain());
            if (add.executeUpdate() == 1) {
                known.put(place, new Known(end.as(last.end().now()), last.read(), 0, last.moves()));
                return Optional.of(end);
            }
        }
        known.put(
                place,
                new Known(last.end(), last.read(), last.misses() + 1, last.moves() + Math.min(last.misses(), 1)));
        return Optional.empty();
    }

    /** How many chains beside its first one a connection has gone on by. */
    int moves(Session session) {
        Known last = known.get(place(session));
        return last == null ? 0 : last.moves();
    }

    /** Notes where a chain ends once the transaction is committed. */
    void note(Session session, ChainEnd end) {
        Connection place = place(session);
        Known last = known.get(place);
        int misses = last == null || last.before(end) ? 0 : last.misses();
        known.put(place, new Known(end, nanos.getAsLong(), misses, last == null ? 0 : last.moves()));
    }

    /** The connection behind that of a pool, which is another one each time. */
    private static Connection place(Session session) {
        Connection connection = session.connection();
        try {
            Connection inner = connection.unwrap(Connection.class);
            return inner == null ? connection : inner;
        } catch (SQLException | RuntimeException poolThatDoesNotTell) {
            return connection;
        }
    }
}
