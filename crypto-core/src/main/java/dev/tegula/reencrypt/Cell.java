package dev.tegula.reencrypt;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import java.util.Optional;

/** A stored value of interest and the tenant its row names. Prints its length only. */
final class Cell {

    private final byte[] value;
    private final Optional<String> tenant;

    /** Takes the array over. */
    Cell(byte[] value, Optional<String> tenant) {
        this.value = value;
        this.tenant = tenant;
    }

    /** The stored bytes; not to be changed. */
    byte[] value() {
        return value;
    }

    Optional<String> tenant() {
        return tenant;
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
        return "Cell[" + value.length + " bytes]";
    }
}
