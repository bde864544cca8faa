package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyringTest {

    private static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());
    private static final Scope NOTE = Scope.data(FieldId.of("patient.note"), TenantId.none());
    private static final long START = -5_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(START);
    private final LocalKms kms = new LocalKms();
    private final InMemoryKeyRegistry stored = new InMemoryKeyRegistry();
    private final UnsteadyRegistry registry = new UnsteadyRegistry(stored);
    private final KeyWrapping wrapping =
            new KeyWrapping("test", Keks.of(Map.of("main", new Keks.Binding(kms.kek("main"), List.of("*"), true))));
    private final KeyId pin = KeyLifecycle.initialise(stored, wrapping, "main", InstantSource.system());
    private final RegistrySeal seal = RegistrySeal.open(stored, wrapping, List.of(pin));
    private final KeyLifecycle lifecycle = new KeyLifecycle(
            stored, seal, wrapping, row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true), InstantSource.system());
    private final KeyRow first = lifecycle.provide(SSN, "main");
    private final Keyring keyring = new Keyring(
            registry,
            seal,
            wrapping,
            KeyringSettings.defaults(),
            scope -> {
                throw new KeyUnknownException(scope + " has no key");
            },
            "test",
            new SecureRandom(),
            nanos::get);

    @AfterEach
    void close() {
        keyring.close();
    }

    @Test
    void writer_withinTheLease_readsTheRegistryOnce() {
        keyring.writer(SSN);
        pass(Duration.ofSeconds(59));
        keyring.writer(SSN);

        assertThat(registry.activeReads()).isEqualTo(1);
    }

    @Test
    void writer_afterTheLease_followsTheActiveKey() {
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());
        KeyRow second = rotate();
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());

        pass(Duration.ofSeconds(60));

        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.keyId());
    }

    @Test
    void dropLeases_makesTheNextWriteReadTheRegistry() {
        keyring.writer(SSN);
        KeyRow second = rotate();

        keyring.dropLeases();

        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.keyId());
    }

    @Test
    void writer_whileTheDatabaseIsDown_goesOnUntilTheLimitThenFailsThenRecovers() {
        keyring.writer(SSN);
        registry.beforeActive = () -> {
            throw new UnavailableException("database down");
        };
        pass(Duration.ofSeconds(179));
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());

        pass(Duration.ofSeconds(2));
        assertThatThrownBy(() -> keyring.writer(SSN)).isInstanceOf(UnavailableException.class);

        registry.beforeActive = () -> {};
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());
    }

    @Test
    void writer_underAKeyPastTheOutageLimit_fails() {
        keyring.writer(SSN);
        kms.fail(new UnavailableException("kms down"));
        pass(Duration.ofMinutes(239).plusSeconds(30));
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());

        pass(Duration.ofSeconds(31));
        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("kms down");

        kms.work();
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());
    }

    @Test
    void writer_underAKeyWhoseDenialAReaderHeard_failsAtOnce() {
        KeyringSettings longLease = new KeyringSettings(
                Duration.ofMinutes(1), Duration.ofHours(4), Duration.ofMinutes(3), Duration.ofMinutes(3), 10);
        try (Keyring own = keyring(longLease)) {
            own.writer(SSN);
            kms.fail(new DeniedException("disabled"));
            pass(Duration.ofSeconds(61));
            assertThat(own.writer(SSN).keyId()).isEqualTo(first.keyId());

            assertThatThrownBy(() -> own.reader(first.keyId(), SSN)).isInstanceOf(DeniedException.class);
            assertThatThrownBy(() -> own.writer(SSN)).isInstanceOf(DeniedException.class);
        }
    }

    @Test
    void writer_whoseAnswerWasHeldUpForLongerThanTheLimit_readsAgain() {
        AtomicBoolean once = new AtomicBoolean();
        registry.beforeActive = () -> {
            if (once.compareAndSet(false, true)) {
                pass(Duration.ofSeconds(200));
            }
        };

        keyring.writer(SSN);

        assertThat(registry.activeReads()).isEqualTo(2);
    }

    @Test
    void writer_whoseAnswersAreAlwaysTooOld_fails() {
        registry.beforeActive = () -> pass(Duration.ofSeconds(200));

        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("write lease");
    }

    @Test
    void reader_whileTheKmsIsDown_servesFromCacheUntilTheOutageLimit() {
        keyring.reader(first.keyId(), SSN);
        kms.fail(new UnavailableException("kms down"));
        pass(Duration.ofMinutes(239));
        assertThat(keyring.reader(first.keyId(), SSN).keyId()).isEqualTo(first.keyId());

        pass(Duration.ofMinutes(2));
        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN)).isInstanceOf(UnavailableException.class);

        kms.work();
        assertThat(keyring.reader(first.keyId(), SSN).keyId()).isEqualTo(first.keyId());
    }

    @Test
    void reader_afterADenial_isNotServedFromCache() {
        keyring.reader(first.keyId(), SSN);
        kms.fail(new DeniedException("disabled"));
        pass(Duration.ofMinutes(49));

        // The first call past 80 % starts the refresh; the denial comes from the background.
        keyring.reader(first.keyId(), SSN);

        eventually(() ->
                assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN)).isInstanceOf(DeniedException.class));
        assertThatThrownBy(() -> {
                    pass(Duration.ofSeconds(60));
                    keyring.writer(SSN);
                })
                .isInstanceOf(TegulaException.class);
    }

    @Test
    void reader_idlePastItsTime_hearsADenialBeforeItServes() {
        keyring.reader(first.keyId(), SSN);
        kms.fail(new DeniedException("disabled"));
        pass(Duration.ofMinutes(61));

        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN)).isInstanceOf(DeniedException.class);
    }

    @Test
    void reader_whileTheKmsCannotBeAskedAsConfigured_servesFromCacheUntilTheOutageLimit() {
        keyring.reader(first.keyId(), SSN);
        kms.fail(new ConfigurationException("the certificate ended"));
        pass(Duration.ofMinutes(239));
        assertThat(keyring.reader(first.keyId(), SSN).keyId()).isEqualTo(first.keyId());

        pass(Duration.ofMinutes(2));
        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void reader_byEnvelope_hearsADenialAsAnyOther() {
        byte[] envelope = keyring.writer(SSN).seal(Mode.FIELD, null, new byte[] {2});
        assertThat(keyring.reader(envelope, SSN)).isSameAs(keyring.reader(envelope, SSN));
        assertThatThrownBy(() -> keyring.reader(envelope, NOTE)).isInstanceOf(CannotOpenException.class);
        kms.fail(new DeniedException("disabled"));
        pass(Duration.ofMinutes(61));

        assertThatThrownBy(() -> keyring.reader(envelope, SSN)).isInstanceOf(DeniedException.class);
        assertThatThrownBy(() -> keyring.reader(envelope, SSN)).isInstanceOf(DeniedException.class);
    }

    @Test
    void refresh_whileTheKmsIsSlow_isAskedOnceAndHoldsUpNoLease() throws Exception {
        keyring.reader(first.keyId(), SSN);
        keyring.writer(SSN);
        int before = kms.calls();
        CountDownLatch answer = kms.hold();
        for (int minute = 49; minute < 59; minute++) {
            pass(Duration.ofMinutes(minute == 49 ? 49 : 1));
            keyring.reader(first.keyId(), SSN);
        }
        keyring.dropLeases();

        assertThat(CompletableFuture.supplyAsync(() -> keyring.writer(SSN).keyId())
                        .get(10, TimeUnit.SECONDS))
                .isEqualTo(first.keyId());
        answer.countDown();
        eventually(() -> assertThat(kms.calls()).isEqualTo(before + 1));
        pass(Duration.ofSeconds(1));
        keyring.reader(first.keyId(), SSN);
        assertThat(kms.calls()).isEqualTo(before + 1);
    }

    @Test
    void lease_ofAnIdleScope_isNotRenewedAndReadsAgainWhenNeeded() throws Exception {
        List<List<Scope>> rounds = new CopyOnWriteArrayList<>();
        registry.beforeRound = rounds::add;
        try (Keyring quick = keyring(KeyringSettings.defaults().withWriteLease(Duration.ofMillis(20)))) {
            quick.writer(SSN);
            eventually(() -> assertThat(rounds).contains(List.of(SSN)));
            pass(Duration.ofSeconds(1));
            Thread.sleep(100);
            rounds.clear();
            Thread.sleep(100);

            assertThat(rounds).isEmpty();
            assertThat(quick.writer(SSN).keyId()).isEqualTo(first.keyId());
            eventually(() -> assertThat(rounds).contains(List.of(SSN)));
        }
    }

    @Test
    void reader_past80Percent_refreshesInTheBackground() {
        keyring.reader(first.keyId(), SSN);
        int before = kms.calls();
        pass(Duration.ofMinutes(49));

        keyring.reader(first.keyId(), SSN);

        eventually(() -> assertThat(kms.calls()).isEqualTo(before + 1));
    }

    @Test
    void reader_ofAKeyOfAnotherScope_isRefusedBeforeAnyUnwrap() {
        int before = kms.calls();

        assertThatThrownBy(() -> keyring.reader(first.keyId(), NOTE)).isInstanceOf(CannotOpenException.class);
        assertThat(kms.calls()).isEqualTo(before);

        keyring.reader(first.keyId(), SSN);
        assertThatThrownBy(() -> keyring.reader(first.keyId(), NOTE)).isInstanceOf(CannotOpenException.class);
    }

    @Test
    void coldReads_by3000Tasks_unwrapEachKeyOnce() throws Exception {
        List<KeyRow> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rows.add(lifecycle.provide(Scope.data(FieldId.of("cold.f" + i), TenantId.none()), "main"));
        }
        int before = kms.calls();
        ExecutorService threads = Executors.newFixedThreadPool(64);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<EnvelopeCipher>> reads = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            KeyRow row = rows.get(i % rows.size());
            reads.add(threads.submit(() -> {
                start.await();
                return keyring.reader(row.keyId(), row.scope());
            }));
        }
        start.countDown();
        for (Future<EnvelopeCipher> read : reads) {
            read.get(30, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(kms.calls() - before).isEqualTo(rows.size());
    }

    @Test
    void writer_ofARegistryThatWentBack_isRefused() {
        KeyRow second = rotate();
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.keyId());
        registry.replayed = first;
        pass(Duration.ofSeconds(61));

        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("rolled back");
    }

    @Test
    void dropLeases_whileAReadIsUnderWay_isNotUndoneByItsAnswer() {
        AtomicBoolean once = new AtomicBoolean();
        AtomicReference<KeyRow> second = new AtomicReference<>();
        keyring.writer(SSN);
        pass(Duration.ofSeconds(61));
        registry.afterActive = () -> {
            if (once.compareAndSet(false, true)) {
                second.set(rotate());
                pass(Duration.ofSeconds(1));
                keyring.dropLeases();
            }
        };

        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.get().keyId());
    }

    @Test
    void renewal_whileTheKmsIsDown_goesOnUnderTheOldKeyAndDoesNotClaimTheNewEpoch() throws Exception {
        KeyringSettings shortLease = KeyringSettings.defaults().withWriteLease(Duration.ofSeconds(2));
        try (Keyring own = new Keyring(
                registry, seal, wrapping, shortLease, s -> first, "own", new SecureRandom(), System::nanoTime)) {
            own.writer(SSN);
            KeyRow pending = lifecycle.create(SSN, "main");
            lifecycle.backup(List.of(pending.keyId()), rows -> {});
            kms.fail(new UnavailableException("kms down"));
            KeyRow second = lifecycle.activate(pending.keyId());

            TimeUnit.MILLISECONDS.sleep(2_200);

            assertThat(own.writer(SSN).keyId()).isEqualTo(first.keyId());
            assertThat(stored.instances(Instant.EPOCH))
                    .filteredOn(i -> i.name().equals("own"))
                    .singleElement()
                    .satisfies(i -> assertThat(i.epoch()).isLessThan(second.rev()));
            kms.work();
        }
    }

    private Keyring keyring(KeyringSettings settings) {
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
                nanos::get);
    }

    private KeyRow rotate() {
        KeyRow pending = lifecycle.create(SSN, "main");
        lifecycle.backup(List.of(pending.keyId()), rows -> {});
        return lifecycle.activate(pending.keyId());
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static void eventually(Runnable check) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
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
