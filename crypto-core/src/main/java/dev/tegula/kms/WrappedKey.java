package dev.tegula.kms;

import java.util.Arrays;

/** A wrapped root key and the KEK version that wrapped it; opaque to everything but its KMS. */
public final class WrappedKey {

    /** What a registry keeps, and more than any known KMS makes: of AWS KMS 6,144 bytes. */
    public static final int LONGEST_BYTES = 8_192;

    /** Characters of a version; an ARN has at most as many. */
    public static final int LONGEST_VERSION = 2_048;

    private final byte[] bytes;
    private final String kekVersion;

    private WrappedKey(byte[] bytes, String kekVersion) {
        this.bytes = bytes;
        this.kekVersion = kekVersion;
    }

    /**
     * Copies wrapped bytes.
     *
     * @throws IllegalArgumentException if bytes or version are longer than a registry keeps, or the version holds a control
     *     character, which a database may refuse
     */
    public static WrappedKey copyOf(byte[] bytes, String kekVersion) {
        if (bytes.length > LONGEST_BYTES || kekVersion.length() > LONGEST_VERSION) {
            throw new IllegalArgumentException("A wrapped key has at most " + LONGEST_BYTES + " bytes and its version "
                    + LONGEST_VERSION + " characters, not " + bytes.length + " and " + kekVersion.length() + ".");
        }
        if (kekVersion.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "The version of a KEK holds a control character; printable text was expected.");
        }
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
