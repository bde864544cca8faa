package dev.tegula.registry;

import java.security.MessageDigest;
import java.util.HexFormat;

/** The 32-byte MAC of a row of the registry or the catalogue. */
public final class Seal {

    private final byte[] bytes;

    private Seal(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies a MAC of any length; one of another length than 32 bytes verifies nothing. */
    public static Seal copyOf(byte[] bytes) {
        return new Seal(bytes.clone());
    }

    /** The place of a seal that is not made yet; never verifies. */
    static Seal none() {
        return new Seal(new byte[0]);
    }

    /** The bytes, copied. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Seal that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return HexFormat.of().formatHex(bytes).hashCode();
    }

    @Override
    public String toString() {
        return "Seal[" + bytes.length + " bytes]";
    }
}
