package dev.tegula.cipher;

import com.google.crypto.tink.Aead;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;

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

    /** The AES-256-GCM of a key and the salt at the start of a nonce. */
    public static Aead xaes(byte[] key, byte[] nonce) {
        return new Xaes(key).derive(nonce, 0);
    }
}
