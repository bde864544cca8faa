package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.kms.BoundKey;
import dev.tegula.kms.BranchMode;
import dev.tegula.kms.Kek;
import dev.tegula.kms.WrapContext;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BranchKeyTest {

    private final KeyRegistry registry = new InMemoryKeyRegistry();
    private final TestKeks keks = new TestKeks();
    private final KeyId pin =
            KeyLifecycle.initialise(registry, new KeyWrapping("test", keks.keks()), "main", InstantSource.system());
    private final RegistrySeal seal = RegistrySeal.open(registry, new KeyWrapping("test", keks.keks()), List.of(pin));
    private final KeyWrapping wrapping =
            new KeyWrapping("test", keks.keks(BranchMode.KEK, BranchMode.NONE)).knowing(registry, seal);
    private final KeyLifecycle lifecycle = TestKeks.ofUnused(registry, seal, wrapping);

    @Test
    void rewrapAllFrom_anAdapterThatAnswersForFewerKeys_isRefused() {
        KeyRow row = lifecycle.create(Scope.data(FieldId.of("patient.ssn"), TenantId.none()), "main");
        KeyRow branch = registry.active(Scope.branch("main", TenantId.none())).orElseThrow();
        Kek silent = (Kek) Proxy.newProxyInstance(
                Kek.class.getClassLoader(),
                new Class<?>[] {Kek.class},
                (self, method, arguments) -> method.getName().equals("provider") ? "silent" : List.of());
        BoundKey key = new BoundKey(
                row.wrapped().orElseThrow(), WrapContext.of("test", row.suite(), row.scope(), row.keyId()));

        try (RootKey root = wrapping.unwrap(seal.verify(branch))) {
            assertThatThrownBy(() -> BranchKey.of(root, branch).rewrapAllFrom(silent, List.of(key)))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContainingAll("`silent`", "0 keys of 1");
        }
    }
}
