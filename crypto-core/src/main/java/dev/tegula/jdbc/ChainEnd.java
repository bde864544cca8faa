package dev.tegula.jdbc;

import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.AuditHead;
import dev.tegula.audit.ToldEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.MalformedException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a chain ends that this transaction holds, and what the next entry says of who writes.
 *
 * @param mac in hexadecimal digits, as it is stored
 * @param now by the clock of the database
 * @param root the one that the next entry is under, once that is known
 */
record ChainEnd(int chain, long seq, String mac, Optional<Seal> seal, Instant now, String login, Optional<KeyId> root) {

    private static final HexFormat HEX = HexFormat.of();

    /** The columns of an entry behind its chain, in the order of {@link #bind}. */
    static final String COLUMNS =
            "seq, told_at, login, actor, host, action, kind, subject, tenant, detail, previous, mac";

    static final String VALUES =
            "?::int8, ?::timestamptz, ?::text, ?::text, ?::text, ?::text, ?::text, ?::text, ?::bytea,"
                    + " ?::text, ?::bytea, ?::bytea";

    /** Chain, seq, mac, seal, time and login. */
    static ChainEnd of(ResultSet row) throws SQLException {
        byte @Nullable [] mac = row.getBytes(3);
        return new ChainEnd(
                row.getInt(1),
                row.getLong(2),
                mac == null ? "" : HEX.formatHex(mac),
                Optional.ofNullable(row.getBytes(4)).map(Seal::copyOf),
                row.getObject(5, OffsetDateTime.class).toInstant(),
                row.getString(6),
                Optional.empty());
    }

    /**
     * The root under which the chain goes on: that of its seal, if that verifies. A root that was replaced, as far as this process
     * knows, seals no head any more; one that takes its place already, does.
     */
    Optional<KeyId> genuine(RegistrySeal by) {
        try {
            AuditHead head = new AuditHead(chain, seq, mac);
            return seal.flatMap(given -> by.auditRoot(head.covered(), given)).filter(root -> !by.replaced(root));
        } catch (MalformedException notOurs) {
            return Optional.empty();
        }
    }

    boolean untouched() {
        return seq == 0 && seal.isEmpty() && mac.equals(ToldEntry.NOTHING);
    }

    ChainEnd at(long lastSeq, String lastMac) {
        return new ChainEnd(chain, lastSeq, lastMac, seal, now, login, root);
    }

    ChainEnd as(Instant time) {
        return new ChainEnd(chain, seq, mac, seal, time, login, root);
    }

    ChainEnd under(KeyId next) {
        return new ChainEnd(chain, seq, mac, seal, now, login, Optional.of(next));
    }

    AuditHead head() {
        return new AuditHead(chain, seq, mac);
    }

    /**
     * The end behind an entry, whose columns it binds.
     *
     * @param entry one with an actor
     * @param first the parameter of its first column
     */
    ChainEnd bind(PreparedStatement add, int first, String host, AuditEntry entry, RegistrySeal by)
            throws SQLException {
        ToldEntry told = new ToldEntry(chain, Math.addExact(seq, 1), now, login, host, entry, mac);
        KeyId under = root.orElseGet(by::rootId);
        byte[] ownMac = by.audit(under, told.covered()).bytes();
        int at = first;
        add.setLong(at++, told.seq());
        add.setObject(at++, told.at().atOffset(ZoneOffset.UTC));
        add.setString(at++, told.login());
        add.setString(at++, told.actor());
        add.setString(at++, told.host());
        add.setString(at++, entry.action());
        add.setString(at++, entry.kind());
        add.setString(at++, entry.subject());
        add.setBytes(at++, entry.tenant().item());
        add.setString(at++, entry.detail());
        add.setBytes(at++, HEX.parseHex(told.previous()));
        add.setBytes(at, ownMac);
        ChainEnd end = at(told.seq(), HEX.formatHex(ownMac));
        return new ChainEnd(
                chain,
                end.seq,
                end.mac,
                Optional.of(by.audit(under, end.head().covered())),
                now,
                login,
                Optional.of(under));
    }

    /** Binds seq, mac and seal. */
    int bindHead(PreparedStatement statement, int first) throws SQLException {
        int at = first;
        statement.setLong(at++, seq);
        statement.setBytes(at++, HEX.parseHex(mac));
        statement.setBytes(at++, seal.orElseThrow().bytes());
        return at;
    }
}
