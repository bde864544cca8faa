package dev.tegula.registry;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.kms.BranchMode;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Keks;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** Two KEKs in this process, {@code main} and {@code spare}, with keys of their own. Unwrapping can be tampered with. */
public final class TestKeks {

    final LocalKek main = new LocalKek("main");
    final LocalKek spare = new LocalKek("spare");

    /** As configuration gives them. */
    public Keks keks() {
        return Keks.of(Map.of(
                "main", new Keks.Binding(main, List.of("*"), true),
                "spare", new Keks.Binding(spare, List.of("patient.*"), false)));
    }

    /** The same with branch keys. */
    public Keks keks(BranchMode ofMain, BranchMode ofSpare) {
        return Keks.of(Map.of(
                "main", new Keks.Binding(main, List.of("*"), true, ofMain),
                "spare", new Keks.Binding(spare, List.of("patient.*"), false, ofSpare)));
    }

    /** What changes keys that nothing uses. */
    static KeyLifecycle ofUnused(KeyRegistry registry, RegistrySeal seal, KeyWrapping wrapping) {
        return new KeyLifecycle(
                registry,
                seal,
                wrapping,
                row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true),
                InstantSource.system());
    }

    /** What a KMS may do to a root on the way back. */
    @FunctionalInterface
    interface Unwrapping {
        byte[] come(byte[] root);
    }

    static final class LocalKek implements Kek {
        private final String key;
        private final Aead aead;
        final AtomicReference<Unwrapping> unwrapping = new AtomicReference<>(root -> root);
        final AtomicReference<Runnable> beforeWrap = new AtomicReference<>(() -> {});

        LocalKek(String key) {
            this.key = key;
            try {
                this.aead = new AesGcmJce(Random.randBytes(32));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
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
            beforeWrap.get().run();
            try {
                return WrappedKey.copyOf(aead.encrypt(root, context.digest()), "7");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            try {
                return unwrapping.get().come(aead.decrypt(wrapped.bytes(), context.digest()));
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
            return new KekStatus("7", true, "in this process");
        }
    }
}
