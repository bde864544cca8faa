package dev.tegula.test;

import dev.tegula.failure.DeniedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Kms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A KMS in this process, for tests: random AES-256-GCM keys that live as long as the object, the context as associated
 * data, so that it refuses what a real one refuses. It counts its calls and can be told to fail. Thread-safe.
 */
public final class MemoryKms implements Kms {

    private static final String PROVIDER = "memory";

    private final Map<String, MemoryKey> keys = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile @Nullable Supplier<TegulaException> failure;
    private volatile Duration delay = Duration.ZERO;
    private volatile Runnable onChange = () -> {};
    private volatile boolean closed;

    private MemoryKms() {}

    /** A service without keys; each is made when it is first named. */
    public static MemoryKms create() {
        return new MemoryKms();
    }

    /** The number of calls so far, failed ones included. */
    public int calls() {
        return calls.get();
    }

    /** Every call fails with this from now on. */
    public void fail(TegulaException with) {
        fail(() -> with);
    }

    /** Every call is denied from now on, as if the right to use the keys were taken away. */
    public void deny() {
        fail(() -> new DeniedException("The KMS in memory denies: this test told it to."));
    }

    /** Every call finds no service from now on. */
    public void down() {
        fail(() -> new UnavailableException("The KMS in memory is down: this test told it to be."));
    }

    private void fail(Supplier<TegulaException> with) {
        failure = with;
        onChange.run();
    }

    /** Every call takes at least this long from now on. */
    public void slow(Duration atLeast) {
        delay = atLeast;
        onChange.run();
    }

    /** Calls succeed again, at once. */
    public void work() {
        failure = null;
        delay = Duration.ZERO;
    }

    /** Gives a key a newer version, which wraps from now on. */
    public void addVersion(String key) {
        key(key).addVersion();
    }

    /** Refuses what versions of the key before the newest wrapped, as a minimum version does. */
    public void refuseOldVersions(String key) {
        key(key).refuseOldVersions();
    }

    /** Runs after every change of how calls end. */
    void onChange(Runnable action) {
        onChange = action;
    }

    @Override
    public String provider() {
        return PROVIDER;
    }

    @Override
    public Kek kek(String key) {
        return new MemoryKek(key);
    }

    /** Forgets the keys. */
    @Override
    public void close() {
        closed = true;
        keys.clear();
    }

    private MemoryKey key(String name) {
        return keys.computeIfAbsent(name, k -> new MemoryKey());
    }

    private MemoryKey call(String name) {
        if (closed) {
            throw new IllegalStateException("This MemoryKms is closed");
        }
        calls.incrementAndGet();
        pause();
        Supplier<TegulaException> with = failure;
        if (with != null) {
            throw with.get();
        }
        return key(name);
    }

    private void pause() {
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted while the KMS in memory was slow.", e);
        }
    }

    private final class MemoryKek implements Kek {

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
            return call(key).wrap(root, context);
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            return call(key).unwrap(wrapped, context);
        }

        @Override
        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
            MemoryKey own = call(key);
            byte[] root = own.unwrap(wrapped, context);
            try {
                return own.wrap(root, context);
            } finally {
                Arrays.fill(root, (byte) 0);
            }
        }

        @Override
        public KekStatus status() {
            return new KekStatus(call(key).newest(), true, "random key in memory");
        }

        @Override
        public String toString() {
            return "MemoryKek[" + key + "]";
        }
    }
}
