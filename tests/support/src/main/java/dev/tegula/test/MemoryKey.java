package dev.tegula.test;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One KEK in memory: random AES-256-GCM keys, one for each version. A wrapped key is {@code u32 version ‖ sealed}. */
final class MemoryKey {

    private static final int ROOT_BYTES = 32;

    private final List<Aead> versions = new CopyOnWriteArrayList<>();
    private volatile int minimum = 1;

    MemoryKey() {
        addVersion();
    }

    void addVersion() {
        try {
            versions.add(new AesGcmJce(Random.randBytes(ROOT_BYTES)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available in this JVM", e);
        }
    }

    void refuseOldVersions() {
        minimum = versions.size();
    }

    String newest() {
        return Integer.toString(versions.size());
    }

    WrappedKey wrap(byte[] root, WrapContext context) {
        if (root.length != ROOT_BYTES) {
            throw new MalformedException(
                    MalformedException.Kind.ROOT, "A root key has exactly 32 bytes, not " + root.length + ".");
        }
        int version = versions.size();
        try {
            byte[] sealed = versions.get(version - 1).encrypt(root, context.digest());
            byte[] bytes = ByteBuffer.allocate(Integer.BYTES + sealed.length)
                    .putInt(version)
                    .put(sealed)
                    .array();
            return WrappedKey.copyOf(bytes, Integer.toString(version));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM refused to encrypt", e);
        }
    }

    byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(wrapped.bytes());
            int version = bytes.getInt();
            byte[] sealed = new byte[bytes.remaining()];
            bytes.get(sealed);
            if (!Integer.toString(version).equals(wrapped.kekVersion()) || version < 1 || version > versions.size()) {
                throw new CannotOpenException(context.field());
            }
            if (version < minimum) {
                throw new DeniedException("The key in memory refuses version " + version + ", which wrapped key "
                        + context.keyId() + " of " + context.field() + "; the oldest it takes is " + minimum + ".");
            }
            return versions.get(version - 1).decrypt(sealed, context.digest());
        } catch (GeneralSecurityException | BufferUnderflowException e) {
            throw new CannotOpenException(context.field());
        }
    }
}
