package dev.tegula.jdbc;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.AuditHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.registry.RegistrySeal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Adds entries to {@code tegula_audit} inside a transaction. Its head is locked first, so a chain has one writer at a time; an
 * application takes any that is free, first the same one on the same connection, so that transactions that run at the same time
 * seldom meet. Heads are only looked up by their chain: at SERIALIZABLE a reader of the whole table would conflict with every writer.
 */
public final class AuditChains {

    /**
     * Whether both tables are Tegula's: of the names that a connection of an application sees, temporary ones come first, and an
     * entry in those would be gone with the connection.
     */
    static final String LASTING = "NOT EXISTS (SELECT 1 FROM pg_catalog.pg_class WHERE relpersistence = 't' AND oid IN"
            + " ('tegula_audit'::pg_catalog.regclass, 'tegula_audit_head'::pg_catalog.regclass))";

    /** The clock is read when the lock is held: in a chain it never goes back, unless it was set back. */
    private static final String TAKE =
            "SELECT h.chain, h.seq, h.mac, h.seal, pg_catalog.clock_timestamp(), session_user FROM %s"
                    + " (SELECT chain, seq, mac, seal FROM tegula_audit_head WHERE chain = %s AND "
                    + LASTING + " FOR UPDATE%s) AS h%s";

    private static final String OWN =
            "1 + pg_catalog.mod(pg_catalog.pg_backend_pid() + ?::int4, %d)".formatted(AuditHead.LAST);
    private static final String COMMANDS = TAKE.formatted("", "0", "", "");
    private static final String ONE = TAKE.formatted("", "?::int8", "", "");
    private static final String FREE = TAKE.formatted(
            "pg_catalog.generate_series(0, %d) AS step CROSS JOIN LATERAL".formatted(AuditHead.LAST - 1),
            OWN.replace("?::int4", "?::int4 + step"),
            " SKIP LOCKED",
            " LIMIT 1");
    private static final String WAITING = TAKE.formatted("", OWN, "", "");

    /** One round trip for the entry and its head; nothing is changed where a row stands in its place. */
    private static final String ADD = added("SELECT ?::int8, " + ChainEnd.VALUES);

    /** Whether rows stand in the way of more than one entry. */
    private static final String BEHIND = "SELECT EXISTS (SELECT 1 FROM tegula_audit WHERE chain = ? AND seq > ?)";

    private final Session session;
    private final RegistrySeal seal;
    private final AuditAuthor author;
    private final String host;

    private AuditChains(Session session, RegistrySeal seal, AuditAuthor author, String host) {
        this.session = session;
        this.seal = seal;
        this.author = author;
        this.host = host;
    }

    /** The statement for one entry: its values with the chain as the first, then seq, mac, seal and chain of the head. */
    static String added(String values) {
        return "WITH added AS (INSERT INTO tegula_audit (chain, " + ChainEnd.COLUMNS + ") " + values
                + " ON CONFLICT DO NOTHING RETURNING chain) UPDATE tegula_audit_head SET seq = ?, mac = ?, seal = ?"
                + " WHERE chain = ? AND EXISTS (SELECT 1 FROM added)";
    }

    /**
     * Adds entries in the transaction of the session, all to one chain.
     *
     * @return the head of that chain, once the transaction is committed; empty without entries
     * @throws ConfigurationException if the tables of the audit trail have no row of the chain
     */
    public static Optional<AuditHead> append(
            Session session, AuditAuthor author, RegistrySeal seal, List<AuditEntry> entries) throws SQLException {
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        added(session, author, seal, author::host, 0, entries).head());
    }

    /**
     * The same.
     *
     * @param host the name of this machine, which may take seconds, so it is asked before a chain is held
     * @param moves how many chains beside its first one the connection has gone on by
     */
    static ChainEnd added(
            Session session,
            AuditAuthor author,
            RegistrySeal seal,
            Supplier<String> host,
            int moves,
            List<AuditEntry> entries)
            throws SQLException {
        return new AuditChains(session, seal, author, host.get()).append(moves, entries);
    }

    /**
     * Marks that the trail goes on under another root: from this entry of each chain on, those of earlier roots do not count.
     *
     * @param seal knows both roots
     * @param root vouches for the marks
     */
    static void mark(Session session, AuditAuthor author, RegistrySeal seal, KeyId root, AuditEntry mark)
            throws SQLException {
        AuditChains chains = new AuditChains(session, seal, author, author.host());
        for (int chain = AuditHead.COMMANDS; chain <= AuditHead.LAST; chain++) {
            chains.append(chains.required(ONE, chain), Optional.of(root), List.of(mark));
        }
    }

    private ChainEnd append(int moves, List<AuditEntry> entries) throws SQLException {
        return append(author.command() ? required(COMMANDS) : free(moves), Optional.empty(), entries);
    }

    private ChainEnd append(ChainEnd taken, Optional<KeyId> next, List<AuditEntry> entries) throws SQLException {
        Optional<KeyId> root = taken.genuine(seal);
        ChainEnd from = next.or(() -> root).map(taken::under).orElse(taken);
        Optional<AuditHead> head = root.map(any -> taken.head());
        if (head.isPresent() && (entries.size() == 1 || !behind(taken))) {
            Optional<ChainEnd> added = add(from, entries.get(0));
            if (added.isPresent()) {
                return rest(added.get(), entries.subList(1, entries.size()));
            }
        }
        return rest(goneOn(from, head, entries.size()), entries);
    }

    private ChainEnd free(int moves) throws SQLException {
        Optional<ChainEnd> any = take(FREE, moves);
        return any.isPresent() ? any.get() : required(WAITING, moves);
    }

    private ChainEnd required(String sql, int... parameters) throws SQLException {
        return take(sql, parameters)
                .orElseThrow(() -> new ConfigurationException(
                        "A chain of the audit trail has no row in tegula_audit_head, so nothing can be told in it."
                                + " `tegula schema apply` adds what is missing. If this connection has temporary tables of"
                                + " that name, or of tegula_audit, they stand in the way: drop them, or use another"
                                + " connection."));
    }

    private Optional<ChainEnd> take(String sql, int... parameters) throws SQLException {
        try (PreparedStatement select = session.prepare(sql)) {
            for (int at = 0; at < parameters.length; at++) {
                select.setInt(at + 1, parameters[at]);
            }
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(ChainEnd.of(row)) : Optional.empty();
            }
        }
    }

    private boolean behind(ChainEnd taken) throws SQLException {
        try (PreparedStatement select = session.prepare(BEHIND)) {
            select.setLong(1, taken.chain());
            select.setLong(2, taken.seq());
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /**
     * The chain goes on from its last genuine entry where others changed the head, or wrote rows behind it: that must stop no work,
     * and what happened is told in the chain itself.
     */
    private ChainEnd goneOn(ChainEnd taken, Optional<AuditHead> head, int entries) throws SQLException {
        ChainEnd from = head.isEmpty() && !taken.untouched() ? underActive(taken) : taken;
        AuditEnd end = AuditEnd.of(session, seal, taken.chain(), head, Math.addExact(entries, 1));
        ChainEnd last = from.at(end.seq(), end.mac());
        if (taken.untouched() && end.nothing()) {
            return last;
        }
        AuditEntry found = AuditEntry.of(AuditHead.CHANGED, "chain", taken.chain())
                .detail("The head said " + taken.seq()
                        + (head.isPresent() ? ", and rows stood behind it" : " without a valid seal")
                        + "; the last entry that verifies is " + end.genuine() + ".");
        return rest(last, List.of(found));
    }

    /** Under the root that is ACTIVE now; a head of one that is not pinned here is none that somebody changed. */
    private ChainEnd underActive(ChainEnd taken) throws SQLException {
        KeyId active = JdbcKeyRegistry.sealing(session, seal).rootId();
        return taken.root().isPresent() ? taken : taken.under(active);
    }

    private Optional<ChainEnd> add(ChainEnd taken, AuditEntry entry) throws SQLException {
        try (PreparedStatement add = session.prepare(ADD)) {
            ChainEnd end = bind(add, taken, entry);
            return add.executeUpdate() == 1 ? Optional.of(end) : Optional.empty();
        }
    }

    /** Entries whose places are free. */
    private ChainEnd rest(ChainEnd taken, List<AuditEntry> entries) throws SQLException {
        ChainEnd last = taken;
        if (!entries.isEmpty()) {
            try (PreparedStatement add = session.prepare(ADD)) {
                for (AuditEntry entry : entries) {
                    last = bind(add, last, entry);
                    add.addBatch();
                }
                TakenRows.each(add, "tegula_audit");
            }
        }
        return last;
    }

    private ChainEnd bind(PreparedStatement add, ChainEnd taken, AuditEntry entry) throws SQLException {
        add.setLong(1, taken.chain());
        ChainEnd end = taken.bind(add, 2, host, author.signed(entry), seal);
        add.setLong(end.bindHead(add, 14), taken.chain());
        return end;
    }
}
