package dev.tegula.envelope;

import java.util.Arrays;

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
