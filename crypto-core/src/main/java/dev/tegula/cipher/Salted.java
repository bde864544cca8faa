package dev.tegula.cipher;

import java.util.Arrays;

/** A salt and the AES-256-GCM key that belongs to it; immutable. */
final class Salted {

    private final byte[] salt;
    private final GcmCiphers.Key key;

    private Salted(byte[] salt, GcmCiphers.Key key) {
        this.salt = salt;
        this.key = key;
    }

    static Salted copyOf(byte[] source, int offset, Xaes xaes) {
        byte[] salt = new byte[Xaes.SALT_BYTES];
        System.arraycopy(source, offset, salt, 0, salt.length);
        return new Salted(salt, xaes.derive(salt, 0));
    }

    GcmCiphers.Key key() {
        return key;
    }

    void copySaltTo(byte[] target, int offset) {
        System.arraycopy(salt, 0, target, offset, salt.length);
    }

    boolean hasSaltAt(byte[] source, int offset) {
        return Arrays.equals(salt, 0, salt.length, source, offset, offset + salt.length);
    }
}
