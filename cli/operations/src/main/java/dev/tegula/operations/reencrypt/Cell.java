package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stored value of interest and the tenant its row names. Prints its length only. */
final class Cell {

    private final byte[] value;
    private final long length;
    private final byte @Nullable [] sha256;
    private final @Nullable String tenant;

    /** Takes the array over. */
    Cell(byte[] value, Optional<String> tenant) {
        this(value, value.length, null, tenant);
    }

    private Cell(byte[] value, long length, byte @Nullable [] sha256, Optional<String> tenant) {
        this.value = value;
        this.length = length;
        this.sha256 = sha256;
        this.tenant = tenant.orElse(null);
    }

    /** A value that stayed in the database, which hashed it. Takes the arrays over. */
    static Cell tooLarge(byte[] head, long length, byte[] sha256, Optional<String> tenant) {
        return new Cell(head, length, sha256, tenant);
    }

    /** Whether only the head is here. */
    boolean tooLarge() {
        return sha256 != null;
    }

    /** The hash of the whole stored value. */
    byte[] sha256() {
        if (sha256 != null) {
            return sha256;
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JVM", e);
        }
    }

    /** The stored bytes, or the first of them if it is too large; not to be changed. */
    byte[] value() {
        return value;
    }

    Optional<String> tenant() {
        return Optional.ofNullable(tenant);
    }

    /** Whether it is long enough to claim a key id. */
    boolean claimsKey() {
        return value.length >= EnvelopeHead.SALT_OFFSET;
    }

    /** The key id it claims; {@link #claimsKey} holds. */
    KeyId keyId() {
        return KeyId.copyOf(value, EnvelopeHead.KEY_ID_OFFSET);
    }

    @Override
    public String toString() {
        return "Cell[" + length + " bytes]";
    }
}
