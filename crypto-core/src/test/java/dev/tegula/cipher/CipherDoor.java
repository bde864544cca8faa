package dev.tegula.cipher;

import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/** What the vectors need of this package and nobody else may have. */
public final class CipherDoor {

    private CipherDoor() {}

    /** The key of values in a scope. */
    public static byte[] encryptionKey(RootKey root, Scope scope) {
        return root.withEncryptionKey(Suite.XAES_256_GCM, scope, byte[]::clone);
    }

    /** The key of a blind index. */
    public static byte[] indexKey(IndexMac mac, IndexParameters parameters) {
        return mac.key(parameters);
    }

    /** Decrypts IV, ciphertext and tag under a key and the salt at the start of a nonce. */
    public static byte[] decrypt(byte[] key, byte[] nonce, byte[] body, byte[] aad) throws GeneralSecurityException {
        GcmCiphers ciphers = new GcmCiphers(new SecureRandom());
        return ciphers.decrypt(new Xaes(key, new GcmCiphers.Holder()).derive(nonce, 0), body, 0, aad);
    }
}
