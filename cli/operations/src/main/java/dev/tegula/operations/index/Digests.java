package dev.tegula.operations.index;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Hashes by which values are counted and forgotten; salted, so that they are of no use to anybody afterwards. */
final class Digests {

    private static final int SALT_BYTES = 32;

    private final byte[] salt = new byte[SALT_BYTES];
    private final MessageDigest sha256;

    Digests() {
        new SecureRandom().nextBytes(salt);
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JVM", e);
        }
    }

    /** The first 64 bits. */
    long of(byte[] input) {
        sha256.update(salt);
        return ByteBuffer.wrap(sha256.digest(input)).getLong();
    }

    /** Two of them as one: equal where both are, but for one in 2^64. */
    static long mixed(long one, long other) {
        long mix = (one ^ Long.rotateLeft(other * 0x9e3779b97f4a7c15L, 31)) * 0xbf58476d1ce4e5b9L;
        mix = (mix ^ (mix >>> 30)) * 0x94d049bb133111ebL;
        return mix ^ (mix >>> 31) ^ one * 0x2545f4914f6cdd1dL;
    }
}
