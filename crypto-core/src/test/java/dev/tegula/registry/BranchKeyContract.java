package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.kms.BranchMode;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.Keks;
import dev.tegula.kms.WrappedKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys that branch keys wrap, on every registry. */
public abstract class BranchKeyContract extends NextKeysContract {

    private static final Scope BORN = Scope.data(FieldId.of("patient.born"), TenantId.none());
    private static final Scope OF_MAIN = Scope.branch("main", TenantId.none());
    private static final Scope OF_ACME = Scope.branch("main", TenantId.of("acme"));
    private static final Retention NO_WAIT =
            new Retention(Optional.of(Duration.ZERO), Optional.of(Duration.ZERO), Duration.ZERO);

    private KeyWrapping under(BranchMode ofMain, BranchMode ofSpare) {
        return new KeyWrapping("clinic-test", keks.keks(ofMain, ofSpare)).knowing(registry, seal);
    }

    /** What changes keys where the KEK {@code main} has branch keys, and {@code spare} has none. */
    private KeyLifecycle branched(BranchMode ofMain) {
        return new KeyLifecycle(registry, seal, under(ofMain, BranchMode.NONE), row -> uses.get(), clock);
    }

    private void assertOpens(KeyRow row) {
        under(BranchMode.NONE, BranchMode.NONE).unwrap(seal.verify(row)).close();
    }

    private KeyRow branch(Scope scope) {
        return registry.active(scope).orElseThrow();
    }

    private KeyRow now(KeyRow row) {
        return registry.find(row.keyId()).orElseThrow();
    }

    /** The row with the wrapped bytes of another, sealed: the seal is not what refuses it. */
    private KeyRow with(KeyRow row, KeyRow donor) {
        return seal.seal(row.withWrapped(donor.provider(), donor.kekAlias(), donor.wrapped()));
    }

    private void assertIntegrity(KeyRow row) {
        assertThatThrownBy(() -> under(BranchMode.KEK, BranchMode.NONE).unwrap(seal.verify(row)))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(row.scope().field().value());
    }

    @Test
    void provideAll_underBranches_asksTheKmsForTheBranchKeyAloneAndLooksForItOnceAGroup() {
        AtomicInteger calls = new AtomicInteger();
        keks.main.beforeWrap.set(calls::incrementAndGet);
        keks.main.unwrapping.set(root -> {
            calls.incrementAndGet();
            return root;
        });
        AtomicInteger looks = new AtomicInteger();
        KeyRegistry looked = FirstKeysContract.watched(registry, (name, arguments) -> {
            if (name.equals("active") && arguments[0].equals(OF_MAIN)) {
                looks.incrementAndGet();
            }
        });
        KeyLifecycle many = new KeyLifecycle(
                looked,
                seal,
                new KeyWrapping("clinic-test", keks.keks(BranchMode.KEK, BranchMode.NONE)),
                row -> uses.get(),
                clock);

        List<KekResult<KeyRow>> rows = many.provideAll(FirstKeysContract.tenants(300), scope -> "main");

        assertThat(calls.get()).isLessThan(20);
        assertThat(rows).allSatisfy(row -> assertOpens(row.get()));
        assertThat(looks.get()).isBetween(1, 4);
    }

    @Test
    void create_underBranches_makesOneBranchKeyAndAsksTheKmsNoMore() {
        KeyLifecycle branching = branched(BranchMode.KEK);
        KeyRow first = branching.create(SSN, "main");
        AtomicInteger wraps = new AtomicInteger();
        keks.main.beforeWrap.set(wraps::incrementAndGet);
        keks.main.unwrapping.set(root -> {
            wraps.incrementAndGet();
            return root;
        });
        KeyRow tenants = branching.create(ACME, "main");
        KeyRow index = branching.create(Scope.index(FieldId.of("patient.ssn"), TenantId.none()), "main");

        assertThat(wraps).hasValue(0);
        assertThat(List.of(first, tenants, index)).allSatisfy(row -> {
            assertThat(row.provider()).isEqualTo("branch");
            assertThat(row.kekAlias()).isEqualTo("main");
            assertThat(BranchKey.over(row)).contains(branch(OF_MAIN).keyId());
            assertOpens(row);
        });
        assertThat(branch(OF_MAIN).provider()).isEqualTo("local");
    }

    @Test
    void create_underBranchesOfTenants_makesOneForEach() {
        KeyLifecycle branching = branched(BranchMode.TENANT);
        KeyRow acme = branching.create(ACME, "main");
        KeyRow none = branching.create(SSN, "main");

        assertThat(BranchKey.over(acme)).contains(branch(OF_ACME).keyId());
        assertThat(BranchKey.over(none)).contains(branch(OF_MAIN).keyId());
        assertOpens(acme);
        assertOpens(none);
    }

    @Test
    void unwrap_bytesMovedToAnotherFieldTenantOrBranch_areRefused() {
        KeyLifecycle one = branched(BranchMode.KEK);
        KeyLifecycle tenants = branched(BranchMode.TENANT);
        KeyRow ssn = one.create(SSN, "main");
        KeyRow born = one.create(BORN, "main");
        KeyRow acme = one.create(ACME, "main");
        KeyRow ownOfAcme = tenants.create(ACME, "main");

        assertIntegrity(with(born, ssn));
        assertIntegrity(with(acme, ssn));
        assertIntegrity(with(ssn, acme));
        assertIntegrity(with(ssn, ownOfAcme));
        assertIntegrity(with(acme, ownOfAcme));
        WrappedKey renamed = WrappedKey.copyOf(
                acme.wrapped().orElseThrow().bytes(), branch(OF_ACME).keyId().hex());
        assertIntegrity(seal.seal(acme.withWrapped("branch", "main", Optional.of(renamed))));
        KeyRow elsewhere = seal.seal(ssn.withWrapped("branch", "spare", ssn.wrapped()));
        assertIntegrity(elsewhere);
    }

    @Test
    void unwrap_rowThatNamesADataKeyAsItsBranch_isRefused() {
        KeyRow born = lifecycle.create(BORN, "main");
        KeyRow ssn = branched(BranchMode.KEK).create(SSN, "main");
        WrappedKey forged = WrappedKey.copyOf(
                ssn.wrapped().orElseThrow().bytes(), born.keyId().hex());

        assertIntegrity(seal.seal(ssn.withWrapped("branch", "main", Optional.of(forged))));
    }

    @Test
    void unwrap_fieldThatTheKekMayNotServe_isRefusedThoughTheBranchKeyOpensIt() {
        KeyRow ssn = branched(BranchMode.KEK).create(SSN, "main");
        Keks narrow = Keks.of(Map.of("main", new Keks.Binding(keks.main, List.of("other.*"), true)));

        assertThatThrownBy(() -> new KeyWrapping("clinic-test", narrow)
                        .knowing(registry, seal)
                        .unwrap(ssn))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("may serve [other.*], not patient.ssn");
    }

    @Test
    void unwrap_branchKeyThatIsGone_isAKeyUnknown() throws Exception {
        KeyRow ssn = branched(BranchMode.KEK).create(SSN, "main");
        List<KeyRow> root = lifecycle.backup(List.of(pin), rows -> {});
        KeyRegistry other = empty();
        KeyBackup.restoreRoot(other, wrapping, pin, root.get(0));

        assertThatThrownBy(() -> wrapping.knowing(other, seal).unwrap(ssn))
                .isInstanceOf(KeyUnknownException.class)
                .hasMessageContaining("does not have the branch key")
                .hasMessageContaining("tegula keys import FILE");
    }

    @Test
    void unwrap_branchKeyThatIsDenied_isDeniedAsADataKeyIs() {
        KeyRow ssn = branched(BranchMode.KEK).create(SSN, "main");
        keks.main.unwrapping.set(root -> {
            throw new DeniedException("disabled");
        });

        assertThatThrownBy(() -> under(BranchMode.KEK, BranchMode.NONE).unwrap(ssn))
                .isInstanceOf(DeniedException.class);
    }

    @Test
    void rewrap_intoBranchesAndOut_keepsRootsAndOpensEachTime() {
        KeyRow ssn = activeKey(SSN);
        KeyRow acme = activeKey(ACME);
        List<KeyId> both = List.of(ssn.keyId(), acme.keyId());

        List<KekResult<KeyRow>> in = branched(BranchMode.TENANT).rewrapAll(both, "main");
        assertThat(in).allSatisfy(result -> assertOpens(result.get()));
        assertThat(BranchKey.over(now(ssn))).contains(branch(OF_MAIN).keyId());
        assertThat(BranchKey.over(now(acme))).contains(branch(OF_ACME).keyId());
        assertRefused("backup-missing", () -> lifecycle.rewrap(ssn.keyId(), "main"));

        lifecycle.backup(both, rows -> {});
        branched(BranchMode.KEK).rewrapAll(both, "main").forEach(KekResult::get);
        assertThat(BranchKey.over(now(acme))).contains(branch(OF_MAIN).keyId());
        assertOpens(now(acme));

        lifecycle.backup(both, rows -> {});
        List<KekResult<KeyRow>> out = lifecycle.rewrapAll(both, "main");
        assertThat(out).allSatisfy(result -> {
            assertThat(result.get().provider()).isEqualTo("local");
            wrapping.unwrap(result.get()).close();
        });
    }

    @Test
    void rewrap_fromBranchesToAnotherKek_leavesThemBehind() {
        KeyRow ssn = branched(BranchMode.KEK).create(SSN, "main");
        lifecycle.backup(List.of(ssn.keyId()), rows -> {});

        KeyRow moved = lifecycle.rewrap(ssn.keyId(), "spare");

        assertThat(moved.provider()).isEqualTo("local");
        assertThat(moved.kekAlias()).isEqualTo("spare");
        wrapping.unwrap(moved).close();
    }

    @Test
    void rewrap_ofABranchKey_staysWithItsKekAndOpensWhatItWrapped() {
        KeyRow ssn = branched(BranchMode.KEK).create(SSN, "main");
        KeyRow branch = branch(OF_MAIN);
        lifecycle.backup(List.of(branch.keyId()), rows -> {});

        assertRefused("state", () -> lifecycle.rewrap(branch.keyId(), "spare"));
        KeyRow again = branched(BranchMode.KEK).rewrap(branch.keyId(), "main");

        assertThat(again.provider()).isEqualTo("local");
        assertThat(again.wrapped()).isNotEqualTo(branch.wrapped());
        assertOpens(ssn);
    }

    @Test
    void rotation_ofABranchKey_movesKeysBeforeTheOldOneGoes() {
        KeyLifecycle branching = branched(BranchMode.KEK);
        KeyRow ssn = branching.create(SSN, "main");
        KeyRow old = branch(OF_MAIN);
        KeyRow next = branching.create(OF_MAIN, "main");
        assertRefused("backup-missing", () -> branching.activate(next.keyId()));
        branching.backup(List.of(next.keyId(), ssn.keyId()), rows -> {});
        branching.activate(next.keyId());
        assertThat(now(old).state()).isEqualTo(KeyState.DECRYPT_ONLY);

        assertRefused("key-in-use", () -> branching.retire(old.keyId()));
        assertThat(BranchKey.over(branching.rewrap(ssn.keyId(), "main"))).contains(next.keyId());
        branching.retire(old.keyId());
        branching.destroy(old.keyId(), NO_WAIT);

        KeyRow moved = now(ssn);
        assertRefused(
                "state",
                () -> registry.change(change -> new SealedChange(change, seal)
                        .updateAll(
                                KeyEvent.REWRAP,
                                List.of(moved),
                                List.of(moved.withWrapped(ssn.provider(), ssn.kekAlias(), ssn.wrapped())))));
        assertOpens(now(ssn));
        assertThat(now(old).wrapped()).isEmpty();
    }

    @Test
    void retireAll_ofBranchKeysThatKeysAreUnder_refusesEach() {
        KeyLifecycle branching =
                new KeyLifecycle(registry, seal, under(BranchMode.KEK, BranchMode.KEK), row -> uses.get(), clock);
        List<KeyId> old = new ArrayList<>();
        for (String alias : List.of("main", "spare")) {
            KeyRow key = branching.create(Scope.data(FieldId.of("patient." + alias), TenantId.none()), alias);
            Scope scope = Scope.branch(alias, TenantId.none());
            old.add(branch(scope).keyId());
            KeyRow next = branching.create(scope, alias);
            branching.backup(List.of(next.keyId(), key.keyId()), rows -> {});
            branching.activate(next.keyId());
        }

        List<KekResult<KeyRow>> results = branching.retireAll(old);

        assertThat(results).hasSize(2).allSatisfy(result -> assertThatThrownBy(result::get)
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("1 key is under it"));
        assertThat(registry.find(old)).extracting(KeyRow::state).containsOnly(KeyState.DECRYPT_ONLY);
    }

    @Test
    void destroy_ofABranchKeyThatAKeyCameUnderAfterItsRetirement_isRefused() {
        KeyLifecycle branching = branched(BranchMode.KEK);
        KeyRow ssn = branching.create(SSN, "main");
        KeyRow old = branch(OF_MAIN);
        store(
                old,
                row -> seal.seal(row.withRev(row.rev() + 100)
                        .in(KeyState.RETIRED, row.times().withRetired(clock.instant()))));

        assertThatThrownBy(() -> branching.destroy(old.keyId(), NO_WAIT))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("1 key is under it")
                .hasMessageContaining("tegula keys rewrap");
        assertOpens(now(ssn));
    }

    @Test
    void backup_ofAKeyUnderABranchKey_takesThatTooAndComesBackAlone() throws Exception {
        KeyRow ssn = branched(BranchMode.KEK).create(SSN, "main");
        List<KeyRow> kept = new ArrayList<>();
        lifecycle.backup(List.of(ssn.keyId()), kept::addAll);
        List<KeyRow> root = lifecycle.backup(List.of(pin), rows -> {});
        assertThat(kept)
                .extracting(KeyRow::keyId)
                .containsExactly(branch(OF_MAIN).keyId(), ssn.keyId());
        KeyRegistry other = empty();
        KeyBackup.restoreRoot(other, wrapping, pin, root.get(0));

        List<KeyRow> backwards = List.of(kept.get(1), kept.get(0));
        KeyBackup.Restored restored = new KeyBackup(
                        other, RegistrySeal.open(other, wrapping, List.of(pin)), wrapping, clock)
                .restore(backwards, false);

        assertThat(restored.added()).hasSize(2);
        wrapping.knowing(other, seal)
                .unwrap(other.find(ssn.keyId()).orElseThrow())
                .close();
    }

    @Test
    void restore_withoutTheBranchKey_addsNothing() throws Exception {
        KeyRow ssn = branched(BranchMode.KEK).create(SSN, "main");
        List<KeyRow> root = lifecycle.backup(List.of(pin), rows -> {});
        KeyRegistry other = empty();
        KeyBackup.restoreRoot(other, wrapping, pin, root.get(0));
        KeyBackup target = new KeyBackup(other, RegistrySeal.open(other, wrapping, List.of(pin)), wrapping, clock);

        assertThatThrownBy(() -> target.restore(List.of(ssn), false)).isInstanceOf(KeyUnknownException.class);
        assertThat(other.find(ssn.keyId())).isEmpty();
    }

    @Test
    void activate_keyWhoseBranchKeyIsNotBackedUp_isRefused() {
        KeyLifecycle branching = branched(BranchMode.KEK);
        KeyRow ssn = branching.create(SSN, "main");
        branching.backup(List.of(ssn.keyId()), rows -> {});
        branching.rewrap(branch(OF_MAIN).keyId(), "main");

        assertThatThrownBy(() -> branching.activate(ssn.keyId()))
                .hasMessageContaining("tegula.branch.main")
                .hasMessageContaining("tegula keys backup");
        branching.backup(List.of(branch(OF_MAIN).keyId()), rows -> {});
        branching.activate(ssn.keyId());
    }

    @Test
    void create_branchKeyOfAnotherKek_isRefused() {
        assertRefused("state", () -> lifecycle.create(OF_MAIN, "spare"));
        assertRefused("state", () -> lifecycle.provide(OF_MAIN, "spare"));
        assertRefused("state", () -> lifecycle.prepare(OF_MAIN, "spare"));
    }

    @Test
    void create_byManyAtOnce_underOneBranchKey() {
        KeyLifecycle branching = branched(BranchMode.KEK);
        List<KeyRow> rows = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> branching.create(Scope.data(FieldId.of("many.f" + i), TenantId.none()), "main"))
                .toList();

        assertThat(rows)
                .extracting(BranchKey::over)
                .containsOnly(Optional.of(branch(OF_MAIN).keyId()));
        assertThat(registry.all().stream().filter(row -> row.scope().purpose() == Purpose.BRANCH))
                .hasSize(1);
    }
}
