package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The steps of a key's life, on every registry. */
public abstract class KeyLifecycleContract extends KeyBackupContract {

    private static final Retention A_DAY =
            new Retention(Optional.of(Duration.ofDays(1)), Optional.of(Duration.ZERO), Duration.ofHours(4));

    private KeyRow demotedKey() {
        KeyRow first = activeKey(SSN);
        activeKey(SSN);
        return registry.find(first.keyId()).orElseThrow();
    }

    @Test
    void initialise_twice_isRefused() {
        assertRefused("registry-exists", () -> KeyLifecycle.initialise(registry, wrapping, "main", clock));
    }

    @Test
    void create_twice_countsVersions() {
        assertThat(lifecycle.create(SSN, "main").version()).isEqualTo(1);
        KeyRow second = lifecycle.create(SSN, "main");

        assertThat(second.version()).isEqualTo(2);
        assertThat(second.state()).isEqualTo(KeyState.PENDING);
        assertThat(lifecycle.create(ACME, "main").version()).isEqualTo(1);
    }

    @Test
    void create_registryScope_isRefused() {
        assertRefused("state", () -> lifecycle.create(Scope.REGISTRY, "main"));
        assertRefused("state", () -> lifecycle.prepare(Scope.REGISTRY, "main"));
    }

    @Test
    void create_kmsGivesBackAnotherRoot_isRefusedAndNothingIsStored() {
        keks.main.unwrapping.set(root -> new byte[32]);

        assertThatThrownBy(() -> lifecycle.create(SSN, "main")).isInstanceOf(IntegrityException.class);
        assertThat(registry.all()).hasSize(1);
    }

    @Test
    void provide_scopeWithoutKeys_isActiveAndStaysTheSame() {
        KeyRow first = lifecycle.provide(SSN, "main");

        assertThat(first.state()).isEqualTo(KeyState.ACTIVE);
        assertThat(lifecycle.provide(SSN, "main")).isEqualTo(first);
    }

    @Test
    void provide_keysButNoneActive_isRefused() {
        lifecycle.create(SSN, "main");

        assertThatThrownBy(() -> lifecycle.provide(SSN, "main")).isInstanceOf(KeyUnknownException.class);
        assertThat(registry.active(SSN)).isEmpty();
    }

    @Test
    void activate_secondKey_demotesTheFirst() {
        KeyRow first = activeKey(SSN);
        KeyRow second = activeKey(SSN);

        assertThat(registry.active(SSN)).contains(second);
        assertThat(registry.find(first.keyId()).orElseThrow().state()).isEqualTo(KeyState.DECRYPT_ONLY);
        assertThat(lifecycle.list()).hasSize(3);
    }

    @Test
    void activate_withoutBackup_isRefused() {
        KeyRow row = lifecycle.create(SSN, "main");

        assertRefused("backup-missing", () -> lifecycle.activate(row.keyId()));
    }

    @Test
    void activate_earlierThanTheActiveOne_isRefused() {
        KeyRow first = lifecycle.create(SSN, "main");
        lifecycle.backup(List.of(first.keyId()), rows -> {});
        activeKey(SSN);

        assertRefused("superseded", () -> lifecycle.activate(first.keyId()));
    }

    @Test
    void activate_retiredKey_isRefused() {
        KeyRow retired = lifecycle.retire(demotedKey().keyId());

        assertRefused("state", () -> lifecycle.activate(retired.keyId()));
    }

    @Test
    void everyStep_takenAgain_changesNothing() {
        KeyRow pending = lifecycle.prepare(SSN, "main").row();
        assertThat(lifecycle.prepare(SSN, "main")).isEqualTo(new KeyLifecycle.Prepared(pending, false));
        lifecycle.backup(List.of(pending.keyId()), rows -> {});
        KeyRow active = lifecycle.activate(pending.keyId());
        assertThat(lifecycle.activate(pending.keyId())).isEqualTo(active);
        activeKey(SSN);
        KeyRow retired = lifecycle.retire(pending.keyId());
        assertThat(lifecycle.retire(pending.keyId())).isEqualTo(retired);
        KeyRow reopened = lifecycle.reopen(pending.keyId());
        assertThat(lifecycle.reopen(pending.keyId())).isEqualTo(reopened);
        lifecycle.retire(pending.keyId());
        now.set(START.plus(Duration.ofDays(2)));
        KeyRow destroyed = lifecycle.destroy(pending.keyId(), A_DAY);
        assertThat(lifecycle.destroy(pending.keyId(), A_DAY)).isEqualTo(destroyed);
        assertThat(registry.all()).hasSize(3);
    }

    @Test
    void prepare_pendingKeyThatWasOvertaken_makesAnother() {
        KeyRow overtaken = lifecycle.prepare(SSN, "main").row();
        KeyRow later = lifecycle.create(SSN, "main");
        lifecycle.backup(List.of(later.keyId()), rows -> {});
        lifecycle.activate(later.keyId());

        KeyLifecycle.Prepared prepared = lifecycle.prepare(SSN, "main");

        assertThat(prepared.made()).isTrue();
        assertThat(prepared.row().version()).isEqualTo(3);
        assertThat(registry.find(overtaken.keyId()).orElseThrow().state()).isEqualTo(KeyState.PENDING);
    }

    @Test
    void destroy_keyThatIsActive_isRefusedWithTheOneStateThatMayBe() {
        KeyRow row = activeKey(SSN);

        assertThatThrownBy(() -> lifecycle.destroy(row.keyId(), A_DAY))
                .hasMessageContaining("only a key that is RETIRED");
    }

    @Test
    void retire_activeKey_isRefused() {
        KeyRow row = activeKey(SSN);

        assertRefused("state", () -> lifecycle.retire(row.keyId()));
    }

    @Test
    void retire_valuesLeft_namesPlacesAndCounts() {
        KeyRow row = demotedKey();
        TreeMap<String, Long> values = new TreeMap<>();
        values.put("patient.ssn", 8407L);
        values.put("patient_aud.ssn", 0L);
        uses.set(new KeyUses.Uses(values, List.of("app-2"), true));

        assertThatThrownBy(() -> lifecycle.retire(row.keyId()))
                .isInstanceOfSatisfying(KeyInUseException.class, e -> {
                    assertThat(e.code()).isEqualTo("key-in-use");
                    assertThat(e.uses().values()).containsEntry("patient.ssn", 8407L);
                })
                .hasMessageContaining("8407 values")
                .hasMessageContaining("app-2")
                .hasMessageNotContaining("patient_aud");
        assertThat(registry.find(row.keyId())).contains(row);
    }

    @Test
    void retire_notFenced_isRefused() {
        KeyRow row = demotedKey();
        uses.set(new KeyUses.Uses(new TreeMap<>(), List.of(), false));

        assertRefused("key-in-use", () -> lifecycle.retire(row.keyId()));
    }

    @Test
    void reopen_retiredKey_isDecryptOnlyAgain() {
        KeyRow retired = lifecycle.retire(demotedKey().keyId());
        assertThat(retired.times().retired()).isNotNull();

        KeyRow reopened = lifecycle.reopen(retired.keyId());
        assertThat(reopened.state()).isEqualTo(KeyState.DECRYPT_ONLY);
        assertThat(reopened.times().retired()).isNull();
    }

    @Test
    void destroy_keyInUse_isRefused() {
        KeyRow retired = lifecycle.retire(demotedKey().keyId());
        now.set(START.plus(Duration.ofDays(2)));
        TreeMap<String, Long> values = new TreeMap<>();
        values.put("quarantine", 12L);
        uses.set(new KeyUses.Uses(values, List.of(), true));

        assertRefused("key-in-use", () -> lifecycle.destroy(retired.keyId(), A_DAY));
    }

    /** Looking for what needs a key takes long; what somebody does to the key meanwhile must not be overrun. */
    private KeyLifecycle whereMeanwhile(Runnable step) {
        AtomicBoolean done = new AtomicBoolean();
        return new KeyLifecycle(
                registry,
                seal,
                wrapping,
                row -> {
                    if (!done.getAndSet(true)) {
                        step.run();
                    }
                    return unused();
                },
                clock);
    }

    @Test
    void destroy_keyReopenedWhileItWasLookedFor_isRefused() {
        KeyRow retired = lifecycle.retire(demotedKey().keyId());
        now.set(START.plus(Duration.ofDays(2)));
        KeyLifecycle slow = whereMeanwhile(() -> lifecycle.reopen(retired.keyId()));

        assertRefused("conflict", () -> slow.destroy(retired.keyId(), A_DAY));

        KeyRow row = registry.find(retired.keyId()).orElseThrow();
        assertThat(row.state()).isEqualTo(KeyState.DECRYPT_ONLY);
        assertThat(row.wrapped()).isPresent();
    }

    @Test
    void retire_keyActivatedWhileItWasLookedFor_isRefused() {
        KeyRow pending = lifecycle.create(SSN, "main");
        lifecycle.backup(List.of(pending.keyId()), rows -> {});
        KeyLifecycle slow = whereMeanwhile(() -> lifecycle.activate(pending.keyId()));

        assertRefused("conflict", () -> slow.retire(pending.keyId()));

        assertThat(registry.active(SSN).orElseThrow().keyId()).isEqualTo(pending.keyId());
    }

    @Test
    void backup_keyWrappedAnewWhileItWasStored_isRefused() {
        KeyRow row = activeKey(SSN);

        assertRefused(
                "conflict",
                () -> lifecycle.backup(List.of(row.keyId()), rows -> lifecycle.rewrap(row.keyId(), "spare")));

        assertThat(registry.find(row.keyId()).orElseThrow().times().exported()).isNull();
    }

    @Test
    void destroy_notRetired_isRefused() {
        KeyRow row = demotedKey();

        assertRefused("state", () -> lifecycle.destroy(row.keyId(), A_DAY));
    }

    @Test
    void destroy_retentionUndeclared_isRefused() {
        KeyRow retired = lifecycle.retire(demotedKey().keyId());
        now.set(START.plus(Duration.ofDays(999)));
        Optional<Duration> declared = Optional.of(Duration.ZERO);

        assertRefused(
                "retention-undeclared",
                () -> lifecycle.destroy(retired.keyId(), new Retention(Optional.empty(), declared, Duration.ZERO)));
        assertRefused(
                "retention-undeclared",
                () -> lifecycle.destroy(retired.keyId(), new Retention(declared, Optional.empty(), Duration.ZERO)));
    }

    @Test
    void destroy_beforeTheLongestRetention_isRefused() {
        KeyRow retired = lifecycle.retire(demotedKey().keyId());
        Duration none = Duration.ZERO;
        Duration day = Duration.ofDays(1);
        now.set(START.plus(day).minus(Duration.ofMillis(1)));

        for (Retention retention : List.of(
                new Retention(Optional.of(day), Optional.of(none), none),
                new Retention(Optional.of(none), Optional.of(day), none),
                new Retention(Optional.of(none), Optional.of(none), day))) {
            assertRefused("waiting-period", () -> lifecycle.destroy(retired.keyId(), retention));
        }
    }

    @Test
    void destroy_afterTheWaitingPeriod_removesTheWrappedKeyForEver() {
        KeyRow retired = lifecycle.retire(demotedKey().keyId());
        now.set(START.plus(Duration.ofDays(1)));

        KeyRow destroyed = lifecycle.destroy(retired.keyId(), A_DAY);

        assertThat(destroyed.wrapped()).isEmpty();
        assertThat(registry.find(retired.keyId())).contains(destroyed);
        assertThat(lifecycle.list()).contains(destroyed);
        assertThatThrownBy(() -> wrapping.unwrap(destroyed)).isInstanceOf(KeyUnknownException.class);
        assertRefused("state", () -> lifecycle.reopen(destroyed.keyId()));
        assertThat(lifecycle.destroy(destroyed.keyId(), A_DAY)).isEqualTo(destroyed);
        assertThat(lifecycle.restore(List.of(retired), false).present()).containsExactly(retired.keyId());
    }

    @Test
    void createAndActivate_eightThreads_versionsAreUniqueAndOneIsActive() throws Exception {
        List<Callable<Integer>> work = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            work.add(() -> {
                for (int round = 0; round < 3; round++) {
                    KeyRow row = lifecycle.create(SSN, "main");
                    lifecycle.backup(List.of(row.keyId()), rows -> {});
                    try {
                        lifecycle.activate(row.keyId());
                    } catch (RefusedException overtaken) {
                        assertThat(overtaken.code()).isEqualTo("superseded");
                    }
                }
                return 0;
            });
        }
        run(work);

        List<KeyRow> rows =
                lifecycle.list().stream().filter(r -> r.scope().equals(SSN)).toList();
        assertThat(rows)
                .extracting(KeyRow::version)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 24).boxed().toList());
        assertThat(rows).filteredOn(r -> r.state() == KeyState.ACTIVE).hasSize(1);
        assertThat(rows).extracting(KeyRow::rev).doesNotHaveDuplicates();
    }

    @Test
    void provide_eightThreads_agreeOnOneKey() throws Exception {
        List<Callable<KeyRow>> work = IntStream.range(0, 8)
                .<Callable<KeyRow>>mapToObj(i -> () -> lifecycle.provide(ACME, "main"))
                .toList();

        assertThat(run(work))
                .extracting(KeyRow::keyId)
                .containsOnly(registry.active(ACME).orElseThrow().keyId());
        assertThat(lifecycle.list()).hasSize(2);
    }

    static <T> List<T> run(List<Callable<T>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(work)) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void oldKekNeededUntil_declaredBackups_countsFromTheRewrap() {
        assertThat(A_DAY.oldKekNeededUntil(START)).isEqualTo(START.plus(Duration.ofDays(1)));
        assertThat(A_DAY.destroyableFrom(Instant.EPOCH)).isEqualTo(Instant.EPOCH.plus(Duration.ofDays(1)));
    }
}
