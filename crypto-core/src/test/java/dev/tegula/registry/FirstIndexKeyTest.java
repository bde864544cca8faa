package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.RefusedException;
import java.time.InstantSource;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rows hold indexes under the first INDEX key of a field: only who moves them may make another one. */
final class FirstIndexKeyTest {

    private static final Scope INDEX = Scope.index(FieldId.of("patient.ssn"), TenantId.none());

    private final KeyWrapping wrapping = new KeyWrapping("test", new TestKeks().keks());
    private final KeyRegistry registry = new InMemoryKeyRegistry();
    private final KeyId pin = KeyLifecycle.initialise(registry, wrapping, "main", InstantSource.system());
    private final RegistrySeal seal = RegistrySeal.open(registry, wrapping, List.of(pin));
    private final KeyLifecycle lifecycle = TestKeks.ofUnused(registry, seal, wrapping);

    private KeyId backedUp(KeyRow row) {
        lifecycle.backup(List.of(row.keyId()), rows -> {});
        return row.keyId();
    }

    private static void assertRefused(ThrowingCallable step) {
        assertThatThrownBy(step)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("index-rotation"))
                .hasMessageContaining("`tegula index rotate patient.ssn`");
    }

    @Test
    void anotherIndexKey_withoutTheMoveOfItsRows_isNeitherMadeNorPreparedNorActivated() {
        KeyId first = backedUp(lifecycle.create(INDEX, "main"));
        lifecycle.activate(first);

        assertRefused(() -> lifecycle.create(INDEX, "main"));
        assertRefused(() -> lifecycle.prepare(INDEX, "main"));
        KeyId next = backedUp(lifecycle.prepareNextIndex(INDEX, "main").row());
        assertRefused(() -> lifecycle.activate(next));
        assertThat(registry.active(INDEX)).get().extracting(KeyRow::keyId).isEqualTo(first);

        lifecycle.activateNextIndex(next);
        assertThat(registry.active(INDEX)).get().extracting(KeyRow::keyId).isEqualTo(next);
    }
}
