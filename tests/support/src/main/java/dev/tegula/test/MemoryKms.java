package dev.tegula.test;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Kms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A KMS for tests: a random key in memory for each name, real AES-GCM by Tink, the context as associated data.
 * Thread-safe. Keys are gone with the object.
 */
public final class MemoryKms implements Kms {

    private static final int KEY_SIZE_BYTES = 32;
    private static final String VERSION = "1";

    private final Map<String, Kek> keks = new ConcurrentHashMap<>();

    @Override
    public String provider() {
        return "memory";
    }

    @Override
    public Kek kek(String key) {
        return keks.computeIfAbsent(key, MemoryKek::new);
    }

    @Override
    public void close() {
        keks.clear();
    }

    private static final class MemoryKek implements Kek {

        private final String key;
        private final Aead aead;

        MemoryKek(String key) {
            this.key = key;
            byte[] bytes = new byte[KEY_SIZE_BYTES];
            new SecureRandom().nextBytes(bytes);
            try {
                this.aead = new AesGcmJce(bytes);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("This JVM has no AES-GCM", e);
            }
        }

        @Override
        public String provider() {
            return "memory";
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            try {
                return WrappedKey.copyOf(aead.encrypt(root, context.digest()), VERSION);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM refused to encrypt", e);
            }
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            try {
                return aead.decrypt(wrapped.bytes(), context.digest());
            } catch (GeneralSecurityException e) {
                throw new CannotOpenException(context.field());
            }
        }

        @Override
        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
            return wrap(unwrap(wrapped, context), context);
        }

        @Override
        public KekStatus status() {
            return new KekStatus(VERSION, true, "a key in memory");
        }
    }
}
