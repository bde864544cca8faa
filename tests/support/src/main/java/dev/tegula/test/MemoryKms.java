package dev.tegula.test;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Kms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A KMS in this process, for tests: random AES-256-GCM keys that live as long as the object, the context as associated
 * data, so that it refuses what a real one refuses. It counts its calls and can be told to fail. Thread-safe.
 */
public final class MemoryKms implements Kms {

    private static final String PROVIDER = "memory";

    private final Map<String, Aead> keys = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<@Nullable TegulaException> failure = new AtomicReference<>();

    private MemoryKms() {}

    /** A service without keys; each is made when it is first named. */
    public static MemoryKms create() {
        return new MemoryKms();
    }

    /** The number of calls so far, failed ones included. */
    public int calls() {
        return calls.get();
    }

    /** Every call fails with this from now on, for example a DeniedException or an UnavailableException. */
    public void fail(TegulaException with) {
        failure.set(with);
    }

    /** Calls succeed again. */
    public void work() {
        failure.set(null);
    }

    @Override
    public String provider() {
        return PROVIDER;
    }

    @Override
    public Kek kek(String key) {
        return new MemoryKek(key);
    }

    @Override
    public void close() {
        keys.clear();
    }

    private Aead call(String key) {
        calls.incrementAndGet();
        TegulaException with = failure.get();
        if (with != null) {
            throw with;
        }
        return keys.computeIfAbsent(key, k -> newAead());
    }

    private static Aead newAead() {
        try {
            return new AesGcmJce(Random.randBytes(32));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available in this JVM", e);
        }
    }

    private final class MemoryKek implements Kek {
        private static final String VERSION = "1";

        private final String key;

        MemoryKek(String key) {
            this.key = key;
        }

        @Override
        public String provider() {
            return PROVIDER;
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            try {
                return WrappedKey.copyOf(call(key).encrypt(root, context.digest()), VERSION);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-256-GCM refused to encrypt", e);
            }
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            try {
                return call(key).decrypt(wrapped.bytes(), context.digest());
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
            call(key);
            return new KekStatus(VERSION, true, "random key in memory");
        }
    }
}
