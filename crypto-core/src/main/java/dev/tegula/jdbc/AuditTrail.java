package dev.tegula.jdbc;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.AuditHead;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.registry.RegistrySeal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The audit trail as an application adds to it: in its own transaction, so that what happened and its entry are both there or neither.
 * Thread-safe.
 */
public final class AuditTrail {

    private final RegistrySeal seal;
    private final AuditAuthor author;
    private final Supplier<String> host;
    private final KnownHeads heads;

    /** The trail of a deployment; the author tells entries that name no actor. */
    public AuditTrail(RegistrySeal seal, AuditAuthor author) {
        this(seal, author, author::host, System::nanoTime);
    }

    AuditTrail(RegistrySeal seal, AuditAuthor author, Supplier<String> host, LongSupplier nanos) {
        this.seal = seal;
        this.author = author;
        this.host = host;
        this.heads = new KnownHeads(nanos);
    }

    /**
     * Adds an entry in the transaction of the connection, which leads to the database of Tegula's tables. The chain that it takes stays
     * locked until the transaction ends; there are 16. So add it late in the transaction. Where a connection goes on in a chain of its
     * own this takes one round trip, else two.
     *
     * @return the head of its chain; an anchor, once the transaction is committed
     * @throws RefusedException code {@code no-transaction}, if the connection commits every statement by itself
     * @throws MalformedException kind INPUT, for an action that is reserved for Tegula
     * @throws SQLException of the database, as it comes: the caller's transaction is to be rolled back. At REPEATABLE READ and
     *     SERIALIZABLE it may be SQLSTATE 40001, if another transaction has written to the chain since this one began: run it again
     */
    public AuditHead append(Connection connection, AuditEntry entry) throws SQLException {
        if (entry.action().startsWith(AuditEntry.RESERVED)) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "Actions that begin with " + AuditEntry.RESERVED + " are Tegula's own. Name yours after your"
                            + " application, for example invoice.approved.");
        }
        if (connection.getAutoCommit()) {
            throw new RefusedException(
                    "no-transaction",
                    "An audit entry is written in the transaction of what it tells, and this connection commits each statement by"
                            + " itself. Call setAutoCommit(false), or work inside a transaction; nothing was written.");
        }
        return appended(new Session(connection, SqlLog.none(), null), entry).head();
    }

    private ChainEnd appended(Session session, AuditEntry entry) throws SQLException {
        if (!author.command()) {
            Optional<ChainEnd> next = heads.follow(session, host.get(), author.signed(entry), seal);
            if (next.isPresent()) {
                return next.get();
            }
        }
        ChainEnd end = AuditChains.added(session, author, seal, host, heads.moves(session), List.of(entry));
        heads.note(session, end);
        return end;
    }

    /**
     * Notes where all chains end, in an entry of one of them: from then on a chain that is cut below that, with an older head put back,
     * is found as long as this entry stands.
     *
     * @return the head of the chain of that entry; empty if nothing was told yet
     * @throws SQLException of the database, as it comes
     */
    public Optional<AuditHead> noteHeads(Session session) throws SQLException {
        List<AuditHead> heads = heads(session);
        return heads.isEmpty()
                ? Optional.empty()
                : AuditChains.append(session, author, seal, List.of(AuditHead.note(heads)));
    }

    /** The heads that verify, as they are now. */
    List<AuditHead> heads(Session session) throws SQLException {
        return AuditHeadRows.read(session, seal).stream()
                .flatMap(row -> row.head().stream())
                .toList();
    }

    /** Whether anything but notes of heads was told between these. */
    boolean toldSince(Session session, Map<Integer, AuditHead> before, Map<Integer, AuditHead> now)
            throws SQLException {
        return ToldSince.any(session, seal, before, now);
    }

    /**
     * Adds an entry of Tegula's own operations in the transaction of a session.
     *
     * @throws SQLException of the database, as it comes
     */
    public void tell(Session session, AuditEntry entry) throws SQLException {
        tell(session, List.of(entry));
    }

    /**
     * The same of many, in order, all in one chain.
     *
     * @throws SQLException of the database, as it comes
     */
    public void tell(Session session, List<AuditEntry> entries) throws SQLException {
        AuditChains.append(session, author, seal, entries);
    }
}
