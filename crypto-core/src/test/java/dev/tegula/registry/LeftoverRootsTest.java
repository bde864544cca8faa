package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.Keks;
import dev.tegula.kms.LocalKms;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** No step of a key's life leaves a root in memory, and what is made of nothing is made once. */
final class LeftoverRootsTest {

    private static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());

    private final LocalKms kms = new LocalKms();
    private final KeepingKek main = new KeepingKek(kms.kek("main"));
    private final KeepingKek spare = new KeepingKek(new LocalKms().kek("spare"));
    private final KeyWrapping wrapping = new KeyWrapping(
            "test",
            Keks.of(Map.of(
                    "main", new Keks.Binding(main, List.of("*"), true),
                    "spare", new Keks.Binding(spare, List.of("*"), false))));
    private final InMemoryKeyRegistry registry = new InMemoryKeyRegistry();
    private final KeyId pin = KeyLifecycle.initialise(registry, wrapping, "main", InstantSource.system());
    private final KeyLifecycle lifecycle = lifecycle(registry);

    private KeyLifecycle lifecycle(KeyRegistry of) {
        return TestKeks.ofUnused(of, RegistrySeal.open(of, wrapping, List.of(pin)), wrapping);
    }

    @Test
    void everyStep_wipesTheRootsThatItSaw() {
        KeyRow key = lifecycle.create(SSN, "main");
        List<KeyRow> backup = lifecycle.backup(List.of(pin, key.keyId()), rows -> {});
        lifecycle.activate(key.keyId());
        lifecycle.rewrap(key.keyId(), "spare");
        lifecycle.provide(Scope.data(FieldId.of("patient.note"), TenantId.none()), "main");
        InMemoryKeyRegistry other = new InMemoryKeyRegistry();
        KeyBackup.restoreRoot(other, wrapping, pin, backup.get(0));
        lifecycle(other).restore(backup, false);

        assertThat(main.handedOver).hasSizeGreaterThan(3);
        assertThat(main.givenBack).hasSizeGreaterThan(6);
        assertThat(spare.givenBack).isNotEmpty();
        for (List<byte[]> arrays : List.of(main.handedOver, main.givenBack, spare.handedOver, spare.givenBack)) {
            assertThat(arrays).allSatisfy(array -> assertThat(array).containsOnly(0));
        }
    }

    @Test
    void keysOfTheRegistryItself_areMadeByInitAlone() {
        for (Runnable step : List.<Runnable>of(
                () -> lifecycle.create(Scope.REGISTRY, "main"),
                () -> lifecycle.prepare(Scope.REGISTRY, "main"),
                () -> lifecycle.createAfter(Scope.REGISTRY, "main", 1),
                () -> lifecycle.provide(Scope.REGISTRY, "main"))) {
            assertThatThrownBy(step::run)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("made by `tegula init`");
        }
        assertThat(registry.all()).hasSize(1);
    }

    @Test
    void createAfter_whatTheCallerSaw_makesOneKeyOfMany() {
        KeyRow made = lifecycle.createAfter(SSN, "main", 0).orElseThrow();

        assertThat(made.version()).isEqualTo(1);
        assertThat(made.state()).isEqualTo(KeyState.PENDING);
        assertThat(lifecycle.createAfter(SSN, "main", 0)).isEmpty();
        assertThat(lifecycle.createAfter(SSN, "main", 2)).isEmpty();
        assertThat(lifecycle.createAfter(SSN, "main", 1).map(KeyRow::version)).isEqualTo(Optional.of(2));
        assertThat(registry.all()).hasSize(3);
    }

    @Test
    void prepare_withAKeyThatWaits_asksNoKms() {
        lifecycle.prepare(SSN, "main");
        int before = kms.calls();

        assertThat(lifecycle.prepare(SSN, "main").made()).isFalse();

        assertThat(kms.calls()).isEqualTo(before);
    }
}
