package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.kms.WrappedKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a writer of the database cannot do, on every registry. */
public abstract class RegistrySealContract extends ShredContract {

    private static final Instant LATER = START.plusSeconds(1);

    /** One edit for every column but the suite, of which there is one, and the key id, which is the row's name. */
    private static final Map<String, UnaryOperator<KeyRow>> EDITS = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "tenant",
                    r -> scoped(r, new Scope(TenantId.of("acme"), r.scope().field(), Purpose.DATA))),
            Map.entry("field", r -> scoped(r, Scope.data(FieldId.of("patient.born"), TenantId.none()))),
            Map.entry(
                    "purpose",
                    r -> scoped(r, new Scope(TenantId.none(), r.scope().field(), Purpose.INDEX))),
            Map.entry("version", r -> r.withVersion(7)),
            Map.entry("state", r -> r.in(KeyState.DECRYPT_ONLY, r.times())),
            Map.entry("rev", r -> r.withRev(1000)),
            Map.entry("provider", r -> r.withWrapped("vault", r.kekAlias(), r.wrapped())),
            Map.entry("kek_alias", r -> r.withWrapped(r.provider(), "spare", r.wrapped())),
            Map.entry("kek_version", r -> wrapped(r, WrappedKey.copyOf(bytes(r), "8"))),
            Map.entry("wrapped", r -> wrapped(r, WrappedKey.copyOf(flipped(bytes(r)), "7"))),
            Map.entry(
                    "created_at",
                    r -> timed(
                            r,
                            new KeyRow.Times(
                                    LATER,
                                    r.times().activated(),
                                    null,
                                    r.times().exported()))),
            Map.entry(
                    "activated_at",
                    r -> timed(
                            r,
                            new KeyRow.Times(
                                    r.times().created(), LATER, null, r.times().exported()))),
            Map.entry("retired_at", r -> timed(r, r.times().withRetired(LATER))),
            Map.entry("exported_at", r -> timed(r, r.times().withExported(null))),
            Map.entry("seal", r -> r.withSeal(Seal.copyOf(flipped(r.seal().bytes()))))));

    static Stream<String> columns() {
        return EDITS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("columns")
    void list_columnEditedByHand_isNoKeyAndNamed(String column) {
        KeyRow row = activeKey(SSN);
        store(row, EDITS.get(column));

        assertThat(lifecycle.list()).extracting(KeyRow::scope).containsExactly(Scope.REGISTRY);
        assertThat(lifecycle.unsealed()).singleElement().satisfies(strange -> assertThat(strange.name())
                .contains(row.keyId().shortHex()));
    }

    @ParameterizedTest
    @MethodSource("columns")
    void open_rootEditedByHand_isRefused(String column) {
        KeyRow root = lifecycle.backup(List.of(pin), rows -> {}).get(0);
        KeyRow edited = EDITS.get(column).apply(root);

        assertThatThrownBy(() -> RegistrySeal.ofGenuineRoot(edited, wrapping))
                .isInstanceOfAny(IntegrityException.class, ConfigurationException.class);
    }

    @Test
    void open_storedRootEdited_isRefused() {
        store(registry.find(pin).orElseThrow(), r -> r.withVersion(7));

        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(pin)))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void provide_activeRowWithoutSeal_isRefused() {
        KeyRow forged =
                FreshKey.of(wrapping, SSN, "main", new SecureRandom(), START).withVersion(1);
        registry.change(change -> {
            KeyRow active = forged.in(KeyState.ACTIVE, forged.times().withActivated(START));
            change.insert(active.withRev(change.nextRev(seal::genuine)).withSeal(Seal.copyOf(new byte[32])));
            return active;
        });

        assertThatThrownBy(() -> lifecycle.provide(SSN, "main")).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> lifecycle.create(SSN, "main")).isInstanceOf(IntegrityException.class);
        assertThat(lifecycle.unsealed()).hasSize(1);
    }

    @Test
    void retire_reactivatedByHand_isRefused() {
        KeyRow first = activeKey(SSN);
        activeKey(SSN);
        KeyRow retired = lifecycle.retire(first.keyId());
        store(retired, r -> r.in(KeyState.DECRYPT_ONLY, r.times()));

        assertThatThrownBy(() -> lifecycle.retire(first.keyId())).isInstanceOf(IntegrityException.class);
    }

    @Test
    void reopen_rowRetiredByHand_isRefusedAndStaysUnsealed() {
        KeyRow row = activeKey(SSN);
        store(row, r -> r.in(KeyState.RETIRED, r.times().withRetired(START)));

        assertThatThrownBy(() -> lifecycle.reopen(row.keyId())).isInstanceOf(IntegrityException.class);
        assertThat(lifecycle.unsealed()).hasSize(1);
    }

    /** A step that "was taken already" answers without a change, in which the row would be verified. */
    @Test
    void retire_rowRetiredByHand_isRefused() {
        KeyRow row = activeKey(SSN);
        store(row, r -> r.in(KeyState.RETIRED, r.times().withRetired(START)));

        assertThatThrownBy(() -> lifecycle.retire(row.keyId())).isInstanceOf(IntegrityException.class);
    }

    @Test
    void destroy_rowDestroyedByHand_isRefused() {
        KeyRow row = activeKey(SSN);
        store(row, r -> r.in(KeyState.DESTROYED, r.times().withRetired(START))
                .withWrapped(r.provider(), r.kekAlias(), Optional.empty()));

        assertThatThrownBy(() -> lifecycle.destroy(
                        row.keyId(), new Retention(Optional.empty(), Optional.empty(), Duration.ZERO)))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void updateAll_ofARowEditedByHandSinceItWasRead_isRefusedAndSealsNothing() {
        KeyRow one = activeKey(SSN);
        KeyRow two = activeKey(ACME);
        store(one, r -> r.in(KeyState.RETIRED, r.times().withRetired(START)));

        assertThatThrownBy(() -> registry.change(change -> new SealedChange(change, seal)
                        .updateAll(KeyEvent.REWRAP, List.of(two, one), List.of(two, one))))
                .isInstanceOf(IntegrityException.class);

        assertThat(lifecycle.unsealed()).hasSize(1);
        assertThat(registry.find(two.keyId())).contains(two);
    }

    @Test
    void activate_rowThatSomebodySaysIsBackedUp_isRefused() {
        KeyRow row = lifecycle.create(SSN, "main");
        store(row, r -> r.in(r.state(), r.times().withExported(START)));

        assertThatThrownBy(() -> lifecycle.activate(row.keyId())).isInstanceOf(IntegrityException.class);
        assertThat(registry.active(SSN)).isEmpty();
    }

    @Test
    void open_rootThatIsNoLongerActive_isRefusedWithTheCure() {
        demoteRoot();

        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(pin)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(
                        "root " + pin + " is DECRYPT_ONLY", "sealed under a newer one", "registry-pin");
    }

    @Test
    void open_twoPins_sealsUnderTheActiveRootAndKnowsBoth() {
        KeyRow sealedBefore = lifecycle.create(SSN, "main");
        demoteRoot();
        KeyRow fresh = FreshKey.of(wrapping, Scope.REGISTRY, "main", new SecureRandom(), START)
                .withVersion(2);
        KeyRow next = fresh.in(KeyState.ACTIVE, fresh.times().withActivated(START));
        KeyId nextPin = registry.change(change -> {
            try (RootKey root = wrapping.unwrap(next)) {
                change.insert(RegistrySeal.under(root, next).seal(next.withRev(change.nextRev(row -> true))));
                return next.keyId();
            }
        });

        RegistrySeal both = RegistrySeal.open(registry, wrapping, List.of(pin, nextPin));

        assertThat(both.rootId()).isEqualTo(nextPin);
        assertThat(both.genuine(sealedBefore)).isTrue();
        assertThat(both.genuine(both.seal(sealedBefore))).isTrue();
        assertThat(both.seal(sealedBefore).seal()).isNotEqualTo(sealedBefore.seal());
    }

    private void demoteRoot() {
        store(registry.find(pin).orElseThrow(), root -> seal.seal(root.in(KeyState.DECRYPT_ONLY, root.times())));
    }

    @Test
    void unwrap_bytesSwappedBetweenKeys_isRefused() {
        KeyRow one = activeKey(SSN);
        KeyRow two = activeKey(ACME);

        assertThatThrownBy(() -> wrapping.unwrap(wrapped(one, two.wrapped().orElseThrow())))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("patient.ssn v1");
    }

    @Test
    void unwrap_rootOfAnotherSize_isRefused() {
        KeyRow row = activeKey(SSN);

        for (int size : new int[] {0, 31, 33}) {
            keks.main.unwrapping.set(root -> new byte[size]);
            assertThatThrownBy(() -> wrapping.unwrap(row))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("exactly 32 bytes, not " + size);
        }
    }

    @Test
    void unwrap_kmsIgnoresContextAndRowWasMoved_isRefusedByTheKeyId() {
        KeyRow row = activeKey(SSN);
        keks.main.unwrapping.set(root -> new byte[32]);

        assertThatThrownBy(() -> wrapping.unwrap(row))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("commits to");
    }

    @Test
    void unwrap_anotherDeployment_isRefused() {
        KeyRow row = activeKey(SSN);

        assertThatThrownBy(() -> new KeyWrapping("other", keks.keks()).unwrap(row))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("deployment (other)");
    }

    @Test
    void unwrap_aliasLeadsToAnotherProvider_isAConfigurationError() {
        KeyRow row = activeKey(SSN);

        assertThatThrownBy(() -> wrapping.unwrap(row.withWrapped("vault", "main", row.wrapped())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("vault");
    }

    @Test
    void open_withoutPin_namesInitAndTheDevelopmentProfile() {
        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula init")
                .hasMessageContaining("development profile");
    }

    @Test
    void open_threePins_isRefused() {
        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(pin, pin, pin)))
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void open_pinOfAnotherRegistry_isRefused() {
        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(KeyId.copyOf(new byte[32]))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("registry-pin");
    }

    @Test
    void open_pinOfADataKey_isRefused() {
        KeyRow row = activeKey(SSN);

        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(row.keyId())))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void open_secondPinNotThereYet_worksUnderTheFirst() {
        KeyId next = KeyId.copyOf(new byte[32]);

        assertThat(RegistrySeal.open(registry, wrapping, List.of(next, pin)).rootId())
                .isEqualTo(pin);
    }

    @Test
    void verify_rowOfAnotherRegistry_isRefused() throws Exception {
        KeyRegistry other = empty();
        KeyId otherPin = KeyLifecycle.initialise(other, wrapping, "main", clock);
        RegistrySeal otherSeal = RegistrySeal.open(other, wrapping, List.of(otherPin));
        KeyRow row = activeKey(SSN);

        assertThatThrownBy(() -> otherSeal.verify(row)).isInstanceOf(IntegrityException.class);
        assertThat(seal.verify(row)).isSameAs(row);
    }

    private static KeyRow scoped(KeyRow r, Scope scope) {
        return new KeyRow(
                r.keyId(),
                scope,
                r.version(),
                r.suite(),
                r.state(),
                r.rev(),
                r.provider(),
                r.kekAlias(),
                r.wrapped(),
                r.times(),
                r.seal());
    }

    private static KeyRow timed(KeyRow r, KeyRow.Times times) {
        return r.in(r.state(), times);
    }

    private static KeyRow wrapped(KeyRow r, WrappedKey wrapped) {
        return r.withWrapped(r.provider(), r.kekAlias(), Optional.of(wrapped));
    }

    private static byte[] bytes(KeyRow row) {
        return row.wrapped().orElseThrow().bytes();
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] copy = bytes.clone();
        copy[copy.length - 1] ^= 1;
        return copy;
    }
}
