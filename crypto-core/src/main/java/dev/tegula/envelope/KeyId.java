package dev.tegula.envelope;

import dev.tegula.failure.MalformedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The 32-byte identity of a data key: a commitment to the key and to its scope (see {@code docs/format/v1.md}). It is
 * public; it stands in every envelope.
 */
public final class KeyId implements Comparable<KeyId> {

    /** Its size in bytes. */
    public static final int SIZE_BYTES = 32;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;

    private KeyId(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Copies an id.
     *
     * @throws MalformedException kind INPUT, unless there are 32 bytes
     */
    public static KeyId copyOf(byte[] bytes) {
        if (bytes.length != SIZE_BYTES) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT, "A key id has 32 bytes, not " + bytes.length + ".");
        }
        return new KeyId(bytes.clone());
    }

    /** Copies the id that starts at the offset; the caller has checked the length. */
    public static KeyId copyOf(byte[] source, int offset) {
        byte[] bytes = new byte[SIZE_BYTES];
        System.arraycopy(source, offset, bytes, 0, SIZE_BYTES);
        return new KeyId(bytes);
    }

    /**
     * Reads 64 hexadecimal digits.
     *
     * @throws MalformedException kind INPUT, for anything else
     */
    public static KeyId ofHex(String hex) {
        try {
            return copyOf(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A key id is 64 hexadecimal digits; this is not, with " + hex.length() + " characters.");
        }
    }

    /** The bytes, copied. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Whether the id stands at the offset of an array that is long enough; in constant time. */
    public boolean at(byte[] source, int offset) {
        long difference = 0;
        for (int i = 0; i < SIZE_BYTES; i += Long.BYTES) {
            difference |= (long) WORDS.get(bytes, i) ^ (long) WORDS.get(source, offset + i);
        }
        return difference == 0;
    }

    /** All 64 hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** The first eight hexadecimal digits, as people see it. */
    public String shortHex() {
        return HexFormat.of().formatHex(bytes, 0, 4);
    }

    @Override
    public int compareTo(KeyId other) {
        return hex().compareTo(other.hex());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyId that && at(that.bytes, 0);
    }

    @Override
    public int hashCode() {
        return bytes[0] << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    @Override
    public String toString() {
        return shortHex();
    }
}
