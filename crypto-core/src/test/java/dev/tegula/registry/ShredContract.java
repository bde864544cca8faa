package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.BranchMode;
import dev.tegula.registry.TenantShred.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A tenant that is shredded, on every registry. */
public abstract class ShredContract extends BranchKeyContract {

    private static final TenantId LEAVER = TenantId.of("leaver");
    private static final Target TARGET = new Target(LEAVER, false);

    private static Scope of(String field) {
        return Scope.data(FieldId.of(field), LEAVER);
    }

    private TenantShred shred() {
        return new TenantShred(registry, seal, clock);
    }

    private List<KeyRow> live() {
        return registry.all().stream()
                .filter(row ->
                        row.scope().tenant().equals(LEAVER) && row.wrapped().isPresent())
                .toList();
    }

    private void destroy() {
        shred().begin(TARGET);
        shred().destroy(TARGET);
    }

    @Test
    void shred_allKeysOfATenant_areRetiredAtOnceAndThenDestroyed() {
        lifecycle.provide(of("patient.ssn"), "main");
        lifecycle.create(of("patient.ssn"), "main");
        lifecycle.provide(Scope.index(FieldId.of("patient.ssn"), LEAVER), "main");
        KeyRow other = lifecycle.provide(ACME, "main");

        TenantShred.State begun = shred().begin(TARGET);
        assertThat(begun.keys()).hasSize(3).allMatch(row -> row.state() == KeyState.RETIRED && seal.genuine(row));
        assertThat(begun.rev()).isEqualTo(registry.epoch(seal::genuine));
        TenantShred.State destroyed = shred().destroy(TARGET);

        assertThat(live()).isEmpty();
        assertThat(destroyed.left()).isFalse();
        assertThat(destroyed.mark().orElseThrow().times().retired()).isNotNull();
        assertThat(registry.find(other.keyId())).contains(other);
        assertThat(shred().destroy(TARGET)).as("again").isEqualTo(destroyed);
        assertThat(shred().begin(TARGET)).as("again").isEqualTo(destroyed);
    }

    @Test
    void shredded_tenant_getsNoKeyOnAnyWay() {
        KeyRow backedUp = lifecycle.provide(of("patient.ssn"), "main");
        KeyRow pending = lifecycle.create(of("patient.ssn"), "main");
        lifecycle.backup(List.of(backedUp.keyId(), pending.keyId()), rows -> {});
        List<KeyRow> backup = List.of(
                registry.find(backedUp.keyId()).orElseThrow(),
                registry.find(pending.keyId()).orElseThrow());
        shred().begin(TARGET);

        for (Callable<?> way : List.<Callable<?>>of(
                () -> lifecycle.provide(of("patient.born"), "main"),
                () -> lifecycle.create(of("patient.ssn"), "main"),
                () -> lifecycle.prepare(of("patient.note"), "main"),
                () -> lifecycle.provide(Scope.index(FieldId.of("patient.ssn"), LEAVER), "main"),
                () -> lifecycle
                        .provideAll(List.of(of("patient.note")), scope -> "main")
                        .get(0)
                        .get(),
                () -> lifecycle.reopen(backedUp.keyId()))) {
            assertThatThrownBy(way::call)
                    .isInstanceOf(RefusedException.class)
                    .extracting(e -> ((RefusedException) e).code())
                    .isEqualTo("tenant-shredded");
        }
        shred().destroy(TARGET);
        KeyBackup.Restored restored = lifecycle.restore(backup, true);
        assertThat(restored.revived()).isEmpty();
        assertThat(restored.shredded()).isEqualTo(backup);
        assertThat(live()).isEmpty();
    }

    /** The one that is not shredded gets its first key in the same call. */
    @Test
    void provideAll_withAShreddedTenantAmongOthers_refusesThatOneAlone() {
        lifecycle.provide(of("patient.ssn"), "main");
        destroy();
        var results = lifecycle.provideAll(List.of(of("patient.born"), ACME), scope -> "main");
        assertThat(results.get(0).failure()).isInstanceOf(RefusedException.class);
        assertThat(results.get(1).get().state()).isEqualTo(KeyState.ACTIVE);
    }

    @Test
    void shred_besideWritersThatWantKeys_leavesNone() throws Exception {
        lifecycle.provide(of("patient.f0"), "main");
        ExecutorService pool = Executors.newFixedThreadPool(5);
        try {
            List<Future<Integer>> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                int first = writer * 100;
                writers.add(pool.submit(() -> {
                    int made = 0;
                    for (int field = first; field < first + 15; field++) {
                        try {
                            lifecycle.provide(of("patient.f" + field), "main");
                            made++;
                        } catch (RefusedException e) {
                            assertThat(e.code()).isEqualTo("tenant-shredded");
                        }
                    }
                    return made;
                }));
            }
            Future<?> shredding = pool.submit(this::destroy);
            shredding.get();
            for (Future<Integer> writer : writers) {
                writer.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(live()).isEmpty();
    }

    @Test
    void branchKeys_ofTheTenant_goUnlessASecretThatStaysIsUnderThem() {
        KeyLifecycle branched = new KeyLifecycle(
                registry,
                seal,
                new KeyWrapping("clinic-test", keks.keks(BranchMode.TENANT, BranchMode.NONE)).knowing(registry, seal),
                row -> uses.get(),
                clock);
        branched.provide(of("patient.ssn"), "main");
        KeyRow secret = branched.provide(new Scope(LEAVER, FieldId.SECRET, Purpose.DATA), "main");
        destroy();

        assertThat(live())
                .extracting(KeyRow::scope)
                .containsExactlyInAnyOrder(secret.scope(), Scope.branch("main", LEAVER));
        shred().begin(new Target(LEAVER, true));
        shred().destroy(new Target(LEAVER, true));
        assertThat(live()).isEmpty();
    }

    @Test
    void target_ofNoTenant_isRefused() {
        for (boolean secrets : new boolean[] {false, true}) {
            assertThatThrownBy(() -> new Target(TenantId.none(), secrets)).isInstanceOf(ConfigurationException.class);
        }
    }

    /** Nobody shreds them, so nobody looks for a mark of them. */
    @Test
    void mark_overKeysOfNoTenantOfTheRegistryAndOfBranches_isNone() {
        Scope branch = new Scope(LEAVER, FieldId.of("patient.ssn"), Purpose.BRANCH);

        assertThat(List.of(SSN, Scope.REGISTRY, branch))
                .allSatisfy(scope -> assertThat(ShredMark.over(scope)).isEmpty());
        assertThat(ShredMark.over(of("patient.ssn"))).contains(ShredMark.of(LEAVER, false));
    }

    @Test
    void begin_tenantWithoutAKey_isRefusedAndLeavesNoMark() {
        int before = registry.all().size();
        assertRefused("tenant-unknown", () -> shred().begin(TARGET));
        assertThat(registry.all()).hasSize(before);
    }

    @Test
    void destroy_beforeItBegan_isRefused() {
        lifecycle.provide(of("patient.ssn"), "main");
        assertRefused("state", () -> shred().destroy(TARGET));
        assertThat(live()).hasSize(1);
    }

    @Test
    void rowOfTheTenant_thatDoesNotVerify_stopsItBecauseItMayBeAKey() {
        KeyRow row = lifecycle.provide(of("patient.ssn"), "main");
        registry.change(change -> {
            change.update(row.in(KeyState.RETIRED, row.times().withRetired(clock.instant())), row.rev());
            return row;
        });
        assertThatThrownBy(() -> shred().begin(TARGET)).isInstanceOf(IntegrityException.class);
    }

    /** A change that was prepared from rows of before, and brings a key back to use. */
    @Test
    void updateAll_ofAShreddedTenantsKeyThatWouldWriteAgain_isRefusedAndWritesNone() {
        KeyRow other = lifecycle.provide(ACME, "main");
        KeyRow row = lifecycle.provide(of("patient.ssn"), "main");
        shred().begin(TARGET);
        KeyRow retired = registry.find(row.keyId()).orElseThrow();

        assertThatThrownBy(() -> registry.change(change -> new SealedChange(change, seal)
                        .updateAll(
                                KeyEvent.REWRAP,
                                List.of(other, retired),
                                List.of(other, retired.in(KeyState.ACTIVE, row.times())))))
                .isInstanceOf(RefusedException.class)
                .extracting(e -> ((RefusedException) e).code())
                .isEqualTo("tenant-shredded");

        assertThat(registry.find(other.keyId())).contains(other);
        assertThat(registry.find(row.keyId())).contains(retired);
    }
}
