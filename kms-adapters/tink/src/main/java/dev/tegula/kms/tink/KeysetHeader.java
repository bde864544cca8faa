package dev.tegula.kms.tink;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The plain head of a keyset file, all integers big-endian: magic {@code TGKS}, u8 file version 1, u8 key derivation 1
 * (PBKDF2-HMAC-SHA-256), u32 iterations, 16 bytes salt, 32 bytes commitment. All of it is associated data of the
 * ciphertext that follows.
 */
final class KeysetHeader {

    static final int SIZE_BYTES = 58;
    static final int SALT_BYTES = 16;
    static final int COMMITMENT_BYTES = 32;
    static final int MINIMUM_ITERATIONS = 600_000;
    static final int MAXIMUM_ITERATIONS = 10_000_000;

    private static final byte[] MAGIC = "TGKS".getBytes(StandardCharsets.US_ASCII);
    private static final int FILE_VERSION = 1;
    private static final int PBKDF2_HMAC_SHA256 = 1;
    private static final int ITERATIONS_OFFSET = 6;
    private static final int SALT_OFFSET = 10;
    private static final int COMMITMENT_OFFSET = 26;

    private final byte[] bytes;

    private KeysetHeader(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A new head.
     *
     * @throws ConfigurationException if the iterations are outside 600,000 to 10,000,000
     */
    static KeysetHeader of(int iterations, byte[] salt, byte[] commitment) {
        requireIterations("The new keyset", iterations);
        return new KeysetHeader(ByteBuffer.allocate(SIZE_BYTES)
                .put(MAGIC)
                .put((byte) FILE_VERSION)
                .put((byte) PBKDF2_HMAC_SHA256)
                .putInt(iterations)
                .put(salt)
                .put(commitment)
                .array());
    }

    /**
     * Reads the head of a file. It costs nothing: whatever the file asks for, no key is derived here.
     *
     * @throws ConfigurationException if it is no keyset file, one of a later release, or its iterations are outside
     *     600,000 to 10,000,000
     * @throws IntegrityException if it is cut off
     */
    static KeysetHeader parse(byte[] file, Path path) {
        int known = Math.min(file.length, MAGIC.length);
        if (!Arrays.equals(file, 0, known, MAGIC, 0, known)) {
            throw new ConfigurationException(
                    path + " is no Tegula keyset: it does not begin with TGKS. Correct the path.");
        }
        if (file.length < SIZE_BYTES) {
            throw new IntegrityException("The keyset " + path + " is cut off: it has " + file.length
                    + " bytes, its head alone " + SIZE_BYTES + ". Restore it from a backup.");
        }
        if (file[4] != FILE_VERSION || file[5] != PBKDF2_HMAC_SHA256) {
            throw new ConfigurationException(
                    "The keyset " + path + " has file version " + (file[4] & 0xff)
                            + " and key derivation " + (file[5] & 0xff)
                            + "; this release reads version 1 with derivation 1. Use the release that wrote it, or restore a backup.");
        }
        requireIterations(
                "The keyset " + path,
                Integer.toUnsignedLong(ByteBuffer.wrap(file).getInt(ITERATIONS_OFFSET)));
        return new KeysetHeader(Arrays.copyOf(file, SIZE_BYTES));
    }

    private static void requireIterations(String subject, long iterations) {
        if (iterations < MINIMUM_ITERATIONS || iterations > MAXIMUM_ITERATIONS) {
            throw new ConfigurationException(subject + " asks for " + iterations + " PBKDF2 iterations; "
                    + MINIMUM_ITERATIONS + " to " + MAXIMUM_ITERATIONS + " are accepted. Nothing was derived.");
        }
    }

    int iterations() {
        return ByteBuffer.wrap(bytes).getInt(ITERATIONS_OFFSET);
    }

    byte[] salt() {
        return Arrays.copyOfRange(bytes, SALT_OFFSET, COMMITMENT_OFFSET);
    }

    /** Whether the commitment is this one; in constant time. */
    boolean committedTo(byte[] commitment) {
        return MessageDigest.isEqual(Arrays.copyOfRange(bytes, COMMITMENT_OFFSET, SIZE_BYTES), commitment);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeysetHeader that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "KeysetHeader[" + iterations() + " iterations]";
    }
}
