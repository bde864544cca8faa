package dev.tegula.kms;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import dev.tegula.failure.CannotOpenException;
import java.security.GeneralSecurityException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A KMS in this process that counts calls and can be told to fail. Binds its context like a real one. */
public final class LocalKms implements Kms {

    private final Aead aead;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final AtomicReference<CountDownLatch> held = new AtomicReference<>(new CountDownLatch(0));

    public LocalKms() {
        try {
            aead = new AesGcmJce(Random.randBytes(32));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public int calls() {
        return calls.get();
    }

    public void fail(RuntimeException with) {
        failure.set(with);
    }

    /** Calls that come from now on wait until the latch is counted down. */
    public CountDownLatch hold() {
        CountDownLatch latch = new CountDownLatch(1);
        held.set(latch);
        return latch;
    }

    public void work() {
        failure.set(null);
    }

    @Override
    public String provider() {
        return "local";
    }

    @Override
    public Kek kek(String key) {
        return new LocalKek(key);
    }

    @Override
    public void close() {}

    private void called() {
        calls.incrementAndGet();
        try {
            held.get().await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        RuntimeException with = failure.get();
        if (with != null) {
            throw with;
        }
    }

    private final class LocalKek implements Kek {
        private final String key;

        LocalKek(String key) {
            this.key = key;
        }

        @Override
        public String provider() {
            return "local";
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            called();
            try {
                return WrappedKey.copyOf(aead.encrypt(root, context.digest()), "1");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            called();
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
            called();
            return new KekStatus("1", true, "in this process");
        }
    }
}
