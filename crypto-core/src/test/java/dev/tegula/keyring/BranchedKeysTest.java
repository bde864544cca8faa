package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.BranchMode;
import dev.tegula.kms.Keks;
import dev.tegula.registry.BranchKey;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.registry.KeyWrapping;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys in use that a branch key wrapped: one call of the KMS opens all, and a denial or outage of that one is one of all. */
final class BranchedKeysTest extends KeyringLab {

    private final KeyLifecycle branching = lifecycle(BranchMode.KEK);

    private KeyLifecycle lifecycle(BranchMode mode) {
        Keks branched = Keks.of(Map.of("main", new Keks.Binding(kms.kek("main"), List.of("*"), true, mode)));
        return new KeyLifecycle(
                stored,
                seal,
                new KeyWrapping("test", branched),
                row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true),
                InstantSource.system());
    }

    private static Scope scope(int tenant, int field) {
        return Scope.data(FieldId.of("many.field" + field), TenantId.of("t" + tenant));
    }

    private KeyRow provide(int field) {
        return branching.provide(Scope.data(FieldId.of("some.field" + field), TenantId.none()), "main");
    }

    private void read(KeyRow row) {
        keyring.reader(row.keyId(), row.scope());
    }

    @Test
    void writer_fiftyTenantsTimesFiveFields_asksTheKmsOnce() {
        List<Scope> scopes =
                IntStream.range(0, 250).mapToObj(i -> scope(i / 5, i % 5)).toList();
        scopes.forEach(scope -> branching.provide(scope, "main"));
        int before = kms.calls();

        scopes.forEach(keyring::writer);

        assertThat(kms.calls() - before).isEqualTo(1);
    }

    @Test
    void writer_branchKeysOfTenants_asksOnceForEachTenant() {
        KeyLifecycle tenants = lifecycle(BranchMode.TENANT);
        List<Scope> scopes =
                IntStream.range(0, 20).mapToObj(i -> scope(i / 5, i % 5)).toList();
        scopes.forEach(scope -> tenants.provide(scope, "main"));
        int before = kms.calls();

        scopes.forEach(keyring::writer);

        assertThat(kms.calls() - before).isEqualTo(4);
    }

    @Test
    void reader_idleUntilTheKmsDenies_isDeniedWithAllOfItsBranch() {
        KeyRow one = provide(1);
        KeyRow other = provide(2);
        read(one);
        read(other);
        kms.fail(new DeniedException("disabled"));
        pass(Duration.ofMinutes(61));

        assertThatThrownBy(() -> read(one)).isInstanceOf(DeniedException.class);
        assertThat(keyring.openKeys()).isZero();
        assertThatThrownBy(() -> read(other)).isInstanceOf(DeniedException.class);
        kms.fail(null);
        read(one);
    }

    @Test
    void reader_openedLateByItsBranchKey_isTrustedNoLongerThanThat() {
        read(provide(1));
        pass(Duration.ofMinutes(40));
        KeyRow late = provide(2);
        read(late);
        int before = kms.calls();
        kms.fail(new DeniedException("disabled"));
        pass(Duration.ofMinutes(21));

        assertThatThrownBy(() -> read(late)).isInstanceOf(DeniedException.class);
        assertThat(kms.calls() - before).isEqualTo(1);
    }

    @Test
    void reader_inUse_isRefreshedByOneCallForAll() {
        List<KeyRow> rows = IntStream.range(0, 50).mapToObj(this::provide).toList();
        rows.forEach(this::read);
        int before = kms.calls();
        for (int minute = 0; minute < 60; minute++) {
            pass(Duration.ofMinutes(1));
            rows.forEach(this::read);
            background.runRefreshes();
        }
        assertThat(kms.calls() - before).isEqualTo(1);
        kms.fail(new DeniedException("disabled"));
        rows.forEach(this::read);
    }

    /** A fifth of the time of a key passes before it is due at the earliest. */
    @Test
    void reader_ofAKeyUnderABranchKey_isNotOpenedAnewBeforeItIsDue() {
        KeyRow row = provide(1);
        read(row);
        AtomicInteger looks = looks();
        for (int minute = 0; minute < 11; minute++) {
            pass(Duration.ofMinutes(1));
            read(row);
            background.runRefreshes();
        }
        assertThat(looks).hasValue(0);
    }

    @Test
    void reader_ofAKeyThatWasOpenedInAnOutage_looksForItOnce() {
        read(provide(1));
        KeyRow cold = provide(2);
        kms.fail(new UnavailableException("kms down"));
        pass(Duration.ofMinutes(61));
        read(cold);
        AtomicInteger looks = looks();

        read(cold);

        assertThat(looks).hasValue(0);
    }

    private AtomicInteger looks() {
        AtomicInteger looks = new AtomicInteger();
        registry.beforeFind = looks::incrementAndGet;
        return looks;
    }

    @Test
    void reader_whileTheKmsIsDown_opensKeysByTheBranchKeyUntilTheOutageLimit() {
        read(provide(1));
        KeyRow cold = provide(2);
        KeyRow colder = provide(3);
        kms.fail(new UnavailableException("kms down"));
        pass(Duration.ofMinutes(61));
        read(cold);
        assertThat(keyring.state().inOutage()).isGreaterThan(0);
        pass(Duration.ofMinutes(178));
        background.runRefreshes();
        read(cold);
        pass(Duration.ofMinutes(2));

        assertThatThrownBy(() -> read(cold)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> read(colder)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void reader_kmsBackAfterAnOutage_servesFreshKeysAgain() {
        KeyRow row = provide(1);
        read(row);
        kms.fail(new UnavailableException("kms down"));
        pass(Duration.ofMinutes(61));
        read(row);
        kms.fail(null);
        for (int i = 0; i < 4; i++) {
            // Longer than the longest pause between two tries, whatever its jitter.
            pass(Duration.ofSeconds(8));
            read(row);
            background.runRefreshes();
        }
        assertThat(keyring.state().inOutage()).isZero();
    }

    @Test
    void reader_branchKeyThatIsNotThere_isAKeyUnknownAsForADataKey() {
        KeyRow row = provide(1);
        registry.hidden = BranchKey.over(row).orElseThrow();

        assertThatThrownBy(() -> read(row))
                .isInstanceOf(KeyUnknownException.class)
                .hasMessageContaining("branch key");
    }

    @Test
    void reader_envelopeThatNamesABranchKey_opensNothing() {
        KeyRow row = provide(1);
        read(row);
        assertThatThrownBy(() -> keyring.reader(BranchKey.over(row).orElseThrow(), row.scope()))
                .isInstanceOf(CannotOpenException.class);
    }

    @Test
    void openAhead_keysUnderABranchKey_asksTheKmsOnce() {
        List<Scope> scopes =
                IntStream.range(0, 100).mapToObj(i -> provide(i).scope()).toList();
        int before = kms.calls();
        keyring.openAhead(scopes);
        background.runRefreshes();
        assertThat(keyring.openKeys()).isEqualTo(101);
        assertThat(kms.calls() - before).isEqualTo(1);
    }
}
