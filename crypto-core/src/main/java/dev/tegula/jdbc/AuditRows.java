package dev.tegula.jdbc;

import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.ToldEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.MalformedException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of {@code tegula_audit} as they are read: what is longer than a column of Tegula's comes cut, and then verifies nowhere. */
public final class AuditRows {

    /** What {@link #row} reads. */
    public static final String SELECT =
            "SELECT chain, seq, told_at, pg_catalog.left(login, 201), pg_catalog.left(actor, 201), pg_catalog.left(host, 201),"
                    + " pg_catalog.left(action, 101), pg_catalog.left(kind, 101), pg_catalog.left(subject, 1001),"
                    + " substring(tenant from 1 for 202), pg_catalog.left(detail, 4001),"
                    + " substring(previous from 1 for 33), substring(mac from 1 for 33) FROM tegula_audit";

    /** Rows in one fetch. */
    public static final int PAGE = 1_000;

    private static final HexFormat HEX = HexFormat.of();

    private AuditRows() {}

    /**
     * A row.
     *
     * @param chain where it stands
     * @param seq where it stands
     * @param told what it says; empty if that is outside the grammar of entries
     * @param mac the MAC that it carries, in hexadecimal digits
     */
    public record Row(long chain, long seq, Optional<ToldEntry> told, String mac) {

        /** Whether its MAC is that of what it says, at its place. */
        public boolean genuine(RegistrySeal seal) {
            return root(seal).isPresent();
        }

        /** The root under which its MAC is that of what it says, at its place. */
        public Optional<KeyId> root(RegistrySeal seal) {
            return told.flatMap(entry -> seal.auditRoot(entry.covered(), Seal.copyOf(HEX.parseHex(mac))));
        }

        /** Whether its MAC is that of what it says, at another place. */
        public boolean genuineAt(RegistrySeal seal, int otherChain, long otherSeq) {
            return told.isPresent()
                    && seal.auditGenuine(told.get().coveredAt(otherChain, otherSeq), Seal.copyOf(HEX.parseHex(mac)));
        }
    }

    /** The row at hand. */
    public static Row row(ResultSet rows) throws SQLException {
        return new Row(rows.getLong(1), rows.getLong(2), told(rows), HEX.formatHex(bytes(rows, 13)));
    }

    private static Optional<ToldEntry> told(ResultSet rows) throws SQLException {
        try {
            AuditEntry entry = new AuditEntry(
                    text(rows, 7),
                    text(rows, 8),
                    text(rows, 9),
                    TenantId.ofItem(bytes(rows, 10)),
                    Optional.of(text(rows, 5)),
                    text(rows, 11));
            return Optional.of(new ToldEntry(
                    Math.toIntExact(rows.getLong(1)),
                    rows.getLong(2),
                    at(rows),
                    text(rows, 4),
                    text(rows, 6),
                    entry,
                    HEX.formatHex(bytes(rows, 12))));
        } catch (MalformedException | ArithmeticException | DateTimeException notOurs) {
            return Optional.empty();
        }
    }

    private static Instant at(ResultSet rows) throws SQLException {
        @Nullable OffsetDateTime at = rows.getObject(3, OffsetDateTime.class);
        return at == null ? Instant.MAX : at.toInstant();
    }

    private static String text(ResultSet rows, int column) throws SQLException {
        @Nullable String text = rows.getString(column);
        return text == null ? "" : text;
    }

    private static byte[] bytes(ResultSet rows, int column) throws SQLException {
        byte @Nullable [] bytes = rows.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
    }
}
