package dev.tegula.envelope;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/** The encoded primary key of a row, for {@link Mode#ROW}: a tuple of (logical type byte, bytes) in catalogue order. */
public final class RowId {

    private final byte[] bytes;

    private RowId(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies an encoded row id. */
    public static RowId copyOf(byte[] encoded) {
        return new RowId(encoded.clone());
    }

    /** The row id of a primary key, whose columns are given as {@link #integer}, {@link #uuid}, {@link #text} or {@link #bytes} made them. */
    public static RowId of(byte[]... items) {
        return new RowId(Tuple.of(items));
    }

    /** The item of an integer of any width. */
    public static byte[] integer(long value) {
        return ByteBuffer.allocate(1 + Long.BYTES).put((byte) 1).putLong(value).array();
    }

    /** The item of a UUID. */
    public static byte[] uuid(UUID value) {
        return ByteBuffer.allocate(1 + 2 * Long.BYTES)
                .put((byte) 2)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits())
                .array();
    }

    /**
     * The item of text, as it is.
     *
     * @throws dev.tegula.failure.MalformedException kind TEXT, for an unpaired surrogate
     */
    public static byte[] text(String value) {
        return typed((byte) 3, StrictText.encode("row id", value));
    }

    /** The item of bytes. */
    public static byte[] bytes(byte[] value) {
        return typed((byte) 4, value);
    }

    private static byte[] typed(byte type, byte[] value) {
        return ByteBuffer.allocate(1 + value.length).put(type).put(value).array();
    }

    /** The encoded bytes, copied. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowId that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "RowId[" + bytes.length + " bytes]";
    }
}
