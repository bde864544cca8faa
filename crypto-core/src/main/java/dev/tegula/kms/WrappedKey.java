package dev.tegula.kms;

import java.util.Arrays;

/** A wrapped root key and the KEK version that wrapped it; opaque to everything but its KMS. */
public final class WrappedKey {

    private final byte[] bytes;
    private final String kekVersion;

    private WrappedKey(byte[] bytes, String kekVersion) {
        this.bytes = bytes;
        this.kekVersion = kekVersion;
    }

    /** Copies wrapped bytes. */
    public static WrappedKey copyOf(byte[] bytes, String kekVersion) {
        return new WrappedKey(bytes.clone(), kekVersion);
    }

    /** The wrapped bytes, copied. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The version of the KEK, in the vendor's words. */
    public String kekVersion() {
        return kekVersion;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WrappedKey that
                && kekVersion.equals(that.kekVersion)
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "WrappedKey[" + bytes.length + " bytes, KEK version " + kekVersion + "]";
    }
}
