package dev.tegula.keyring;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.kms.Keks;
import dev.tegula.kms.LocalKms;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;

/** A keyring over a registry, a KMS and a clock that a test can disturb. */
abstract class KeyringLab {

    static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());
    static final Scope NOTE = Scope.data(FieldId.of("patient.note"), TenantId.none());
    static final long START = -5_000_000_000L;

    final AtomicLong nanos = new AtomicLong(START);
    final LocalKms kms = new LocalKms();
    final InMemoryKeyRegistry stored = new InMemoryKeyRegistry();
    final UnsteadyRegistry registry = new UnsteadyRegistry(stored);
    final Keks keks = Keks.of(Map.of("main", new Keks.Binding(kms.kek("main"), List.of("*"), true)));
    final KeyWrapping wrapping = new KeyWrapping("test", keks);
    final KeyId pin = KeyLifecycle.initialise(stored, wrapping, "main", InstantSource.system());
    final RegistrySeal seal = RegistrySeal.open(stored, wrapping, List.of(pin));
    final KeyLifecycle lifecycle = new KeyLifecycle(
            stored, seal, wrapping, row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true), InstantSource.system());
    final KeyRow first = lifecycle.provide(SSN, "main");
    final BackgroundByHand background = new BackgroundByHand();
    final Keyring keyring = keyring(KeyringSettings.defaults(), background);

    @AfterEach
    void close() {
        keyring.close();
    }

    /** A keyring whose rounds and refreshes run when the test says so, under its clock. */
    Keyring keyring(KeyringSettings settings, Background work) {
        return keyring(settings, work, nanos::get);
    }

    /** The same under another clock. */
    Keyring keyring(KeyringSettings settings, Background work, LongSupplier clock) {
        return new Keyring(
                registry,
                seal,
                wrapping,
                settings,
                scope -> {
                    throw new KeyUnknownException(scope + " has no key");
                },
                "test",
                new SecureRandom(),
                clock,
                work);
    }

    KeyRow rotate() {
        KeyRow pending = lifecycle.create(SSN, "main");
        lifecycle.backup(List.of(pending.keyId()), rows -> {});
        return lifecycle.activate(pending.keyId());
    }

    /** The row as somebody edits it who cannot seal it. */
    static KeyRow versioned(KeyRow row, int version) {
        return new KeyRow(
                row.keyId(),
                row.scope(),
                version,
                row.suite(),
                row.state(),
                row.rev(),
                row.provider(),
                row.kekAlias(),
                row.wrapped(),
                row.times(),
                row.seal());
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    static void eventually(Runnable check) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (true) {
            try {
                check.run();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
