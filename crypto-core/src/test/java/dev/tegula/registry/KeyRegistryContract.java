package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every registry does, wherever it keeps its rows; the base of the other contracts. */
public abstract class KeyRegistryContract {

    protected static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());
    protected static final Scope ACME = Scope.data(FieldId.of("patient.ssn"), TenantId.of("acme"));
    protected static final Instant START = Instant.parse("2026-03-01T10:00:00.123456789Z");

    protected final TestKeks keks = new TestKeks();
    protected final KeyWrapping wrapping = new KeyWrapping("clinic-test", keks.keks());
    protected final AtomicReference<Instant> now = new AtomicReference<>(START);
    protected final InstantSource clock = now::get;
    protected final AtomicReference<KeyUses.Uses> uses = new AtomicReference<>(unused());

    protected KeyRegistry registry;
    protected KeyId pin;
    protected RegistrySeal seal;
    protected KeyLifecycle lifecycle;

    /** A registry without rows. */
    protected abstract KeyRegistry empty() throws Exception;

    @BeforeEach
    void open() throws Exception {
        registry = empty();
        pin = KeyLifecycle.initialise(registry, wrapping, "main", clock);
        seal = RegistrySeal.open(registry, wrapping, List.of(pin));
        lifecycle = new KeyLifecycle(registry, seal, wrapping, row -> uses.get(), clock);
    }

    protected static KeyUses.Uses unused() {
        return new KeyUses.Uses(new TreeMap<>(), List.of(), true);
    }

    protected KeyRow activeKey(Scope scope) {
        KeyRow row = lifecycle.create(scope, "main");
        lifecycle.backup(List.of(row.keyId()), rows -> {});
        return lifecycle.activate(row.keyId());
    }

    /** What a writer of the database does: stores a row as it likes. */
    protected void store(KeyRow row, UnaryOperator<KeyRow> edit) {
        registry.change(change -> {
            change.update(edit.apply(row), row.rev());
            return row;
        });
    }

    protected static void assertRefused(String code, Runnable step) {
        assertThatThrownBy(step::run).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }

    @Test
    void find_storedRow_isEqualToWhatWasWritten() {
        KeyRow row = lifecycle.create(ACME, "main");

        assertThat(registry.find(row.keyId())).contains(row);
        assertThat(row.times().created()).isEqualTo(Instant.parse("2026-03-01T10:00:00.123456Z"));
    }

    @Test
    void active_scopesWithAndWithoutKey_givesOneRowEach() {
        KeyRow none = activeKey(SSN);
        KeyRow acme = activeKey(ACME);
        lifecycle.create(SSN, "main");

        Scope other = Scope.data(FieldId.of("patient.born"), TenantId.none());
        assertThat(registry.active(List.of(SSN, other, ACME))).containsExactlyInAnyOrder(none, acme);
        assertThat(registry.active(SSN)).contains(none);
        assertThat(registry.active(other)).isEmpty();
        assertThat(registry.active(List.of())).isEmpty();
    }

    @Test
    void all_rowsOfManyScopes_areOrdered() {
        lifecycle.create(ACME, "main");
        lifecycle.create(SSN, "main");
        lifecycle.create(SSN, "main");

        assertThat(registry.all())
                .extracting(r -> r.scope() + " " + r.version())
                .containsExactly(
                        "patient.ssn 1",
                        "patient.ssn 2",
                        "patient.ssn of tenant acme 1",
                        "tegula.registry (REGISTRY) 1");
    }

    @Test
    void epoch_everyChange_rises() {
        long before = registry.epoch(seal::genuine);
        KeyRow row = lifecycle.create(SSN, "main");
        assertThat(registry.epoch(seal::genuine)).isEqualTo(row.rev()).isGreaterThan(before);

        lifecycle.backup(List.of(row.keyId()), rows -> {});
        assertThat(registry.epoch(seal::genuine)).isGreaterThan(row.rev());
    }

    @Test
    void insert_secondActiveKey_isRefused() {
        activeKey(SSN);
        KeyRow second =
                FreshKey.of(wrapping, SSN, "main", new SecureRandom(), START).withVersion(2);
        KeyRow active = second.in(KeyState.ACTIVE, second.times().withActivated(START));

        assertRefused("conflict", () -> insert(active));
        assertThat(registry.find(active.keyId())).isEmpty();
    }

    @Test
    void insert_sameVersion_isRefused() {
        lifecycle.create(SSN, "main");
        KeyRow again =
                FreshKey.of(wrapping, SSN, "main", new SecureRandom(), START).withVersion(1);

        assertRefused("conflict", () -> insert(again));
    }

    @Test
    void insert_sameKeyId_isRefused() {
        KeyRow row = lifecycle.create(SSN, "main");

        assertRefused("conflict", () -> insert(row.withVersion(2)));
    }

    @Test
    void update_rowThatIsNotThere_isRefused() {
        KeyRow row =
                FreshKey.of(wrapping, SSN, "main", new SecureRandom(), START).withVersion(1);

        assertRefused("conflict", () -> store(row.withRev(1), r -> seal.seal(r.withRev(9))));
    }

    @Test
    void update_toASecondActiveKey_isRefused() {
        KeyRow active = activeKey(SSN);
        KeyRow pending = lifecycle.create(SSN, "main");

        assertRefused(
                "conflict",
                () -> store(
                        pending,
                        r -> seal.seal(
                                r.withRev(99).in(KeyState.ACTIVE, r.times().withActivated(START)))));
        assertThat(registry.active(SSN)).contains(active);
    }

    @Test
    void update_anotherRev_isRefused() {
        KeyRow row = lifecycle.create(SSN, "main");
        lifecycle.backup(List.of(row.keyId()), rows -> {});

        assertRefused("conflict", () -> store(row, r -> seal.seal(r.withRev(99))));
    }

    @Test
    void change_thatThrows_leavesNothing() {
        List<KeyRow> before = registry.all();
        KeyRow row =
                FreshKey.of(wrapping, SSN, "main", new SecureRandom(), START).withVersion(1);

        assertThatThrownBy(() -> registry.change(change -> {
                    change.insert(seal.seal(row.withRev(change.nextRev(seal::genuine))));
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThat(registry.all()).isEqualTo(before);
    }

    @Test
    void nextRev_counterAtItsEnd_isRefused() {
        KeyRow row = lifecycle.create(SSN, "main");
        store(row, r -> seal.seal(r.withRev(Long.MAX_VALUE)));

        assertThatThrownBy(() -> lifecycle.create(ACME, "main")).isInstanceOf(IntegrityException.class);
    }

    @Test
    void epochAndNextRev_rowsThatDoNotVerify_areNotCounted() {
        KeyRow row = lifecycle.create(SSN, "main");
        long before = registry.epoch(seal::genuine);
        junk(Long.MAX_VALUE);
        junk(before + 1);
        junk(before + 2);

        assertThat(registry.epoch(seal::genuine)).isEqualTo(before).isEqualTo(row.rev());
        assertThat(lifecycle.create(ACME, "main").rev()).isEqualTo(before + 3);
        assertThat(registry.epoch(seal::genuine)).isEqualTo(before + 3);
    }

    @Test
    void dropUnsealed_junkBesideKeys_removesTheJunkAlone() {
        KeyRow row = lifecycle.create(SSN, "main");
        List<KeyRow> before = lifecycle.list();
        junk(77);

        assertThat(lifecycle.list()).isEqualTo(before).contains(row);
        List<UnsealedKey> strange = lifecycle.unsealed();
        assertThat(strange).singleElement().extracting(UnsealedKey::field).isEqualTo("junk.field");
        assertThat(lifecycle.dropUnsealed(strange)).isEqualTo(strange);
        assertThat(lifecycle.unsealed()).isEmpty();
        assertThat(registry.all()).isEqualTo(before);
        assertThat(lifecycle.dropUnsealed(strange)).isEmpty();
    }

    @Test
    void requireSealed_junkOfAnotherField_isNoMatter() {
        lifecycle.create(SSN, "main");
        junk(77);

        lifecycle.requireSealed(List.of(SSN.field()));
        assertThatThrownBy(() -> lifecycle.requireSealed(List.of(FieldId.of("junk.field"))))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("tegula keys drop-unsealed");
    }

    private void junk(long rev) {
        Scope scope = Scope.data(FieldId.of("junk.field"), TenantId.none());
        KeyRow row = FreshKey.of(wrapping, scope, "main", new SecureRandom(), START)
                .withVersion((int) (rev % 1_000_000) + 1)
                .withRev(rev)
                .withSeal(Seal.copyOf(new byte[32]));
        registry.change(change -> {
            change.insert(row);
            return row;
        });
    }

    @Test
    void instances_reportedAndClosed_listsThoseThatRun() {
        UUID one = UUID.randomUUID();
        UUID two = UUID.randomUUID();
        registry.report(new InstanceReport(one, "app-1", 3, Instant.EPOCH));
        registry.report(new InstanceReport(two, "app-2", 3, Instant.EPOCH));
        registry.report(new InstanceReport(one, "app-1", 4, Instant.EPOCH));
        registry.report(new InstanceReport(two, "app-2", InstanceReport.CLOSED, Instant.EPOCH));

        Instant longAgo = START.minus(Duration.ofDays(3650));
        assertThat(registry.instances(longAgo)).singleElement().satisfies(i -> {
            assertThat(i.id()).isEqualTo(one);
            assertThat(i.epoch()).isEqualTo(4);
            assertThat(i.seenAt()).isAfter(longAgo);
        });
        assertThat(registry.instances(Instant.parse("2999-01-01T00:00:00Z"))).isEmpty();
    }

    private void insert(KeyRow row) {
        registry.change(change -> {
            change.insert(seal.seal(row.withRev(change.nextRev(seal::genuine))));
            return row;
        });
    }
}
