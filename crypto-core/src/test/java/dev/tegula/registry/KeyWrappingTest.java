package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Keks;
import dev.tegula.kms.LocalKms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class KeyWrappingTest {

    private static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());

    private final LocalKms kms = new LocalKms();
    private final Kek real = kms.kek("main");
    private final KeyRow row = FreshKey.of(wrapping(real), SSN, "main", new SecureRandom(), Instant.EPOCH);

    private static KeyWrapping wrapping(Kek kek) {
        return new KeyWrapping("test", Keks.of(Map.of("main", new Keks.Binding(kek, List.of("*"), true))));
    }

    @Test
    void unwrap_withoutTheRightToWrap_opensAndProbesOnce() {
        KeyWrapping reader = wrapping(new Partial(real, false));
        int before = kms.calls();

        for (int i = 0; i < 3; i++) {
            try (RootKey root = reader.unwrap(row)) {
                KeyId id = root.keyId(Suite.XAES_256_GCM, SSN);
                assertThat(id).isEqualTo(row.keyId());
            }
        }

        assertThat(kms.calls() - before).isEqualTo(3 + 1);
    }

    @Test
    void unwrap_underAKekThatIgnoresContext_isRefused() {
        KeyWrapping reader = wrapping(new Partial(real, true));

        assertThatThrownBy(() -> reader.unwrap(row))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ignores context");
    }

    /** May not wrap; may open whatever the context, with the one that the bytes were wrapped under. */
    private static final class Partial implements Kek {
        private final Kek inner;
        private final boolean heedless;
        private WrapContext first;

        Partial(Kek inner, boolean heedless) {
            this.inner = inner;
            this.heedless = heedless;
        }

        @Override
        public String provider() {
            return inner.provider();
        }

        @Override
        public String key() {
            return inner.key();
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            throw new DeniedException("no right to wrap");
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            first = first == null ? context : first;
            return inner.unwrap(wrapped, heedless ? first : context);
        }

        @Override
        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
            throw new DeniedException("no right to wrap");
        }

        @Override
        public KekStatus status() {
            return inner.status();
        }
    }

    @Test
    void wrap_ofAnyOutcome_leavesNoCopyOfTheRoot() {
        KeepingKek kek = new KeepingKek(real);
        KeyWrapping wrapping = wrapping(kek);
        try (RootKey root = RootKey.generate(new SecureRandom())) {
            KeyId id = root.keyId(Suite.XAES_256_GCM, SSN);
            wrapping.wrap(root, id, SSN, Suite.XAES_256_GCM, "main");
            kms.fail(new DeniedException("no"));
            assertThatThrownBy(() -> wrapping.wrap(root, id, SSN, Suite.XAES_256_GCM, "main"))
                    .isInstanceOf(DeniedException.class);
            assertThat(root.copyForWrapping()).isNotEqualTo(new byte[32]);
        }

        // The first is the probe's.
        assertThat(kek.handedOver).hasSize(3).allSatisfy(copy -> assertThat(copy)
                .containsOnly(0));
    }

    @Test
    void unwrap_underAKekThatIgnoresContext_leavesNoRoot() {
        KeepingKek kek = new KeepingKek(real);
        kek.heedless = true;

        assertThatThrownBy(() -> wrapping(kek).unwrap(row))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ignores context");

        assertThat(kek.givenBack).hasSize(2).allSatisfy(root -> assertThat(root).containsOnly(0));
    }

    @Test
    void unwrap_toAnotherRootThanTheKeyIdNames_leavesNoRoot() {
        KeepingKek kek = new KeepingKek(real);
        kek.comeBack = new byte[32];
        kek.comeBack[0] = 1;

        assertThatThrownBy(() -> wrapping(kek).unwrap(row))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("commits to");

        assertThat(kek.givenBack).allSatisfy(root -> assertThat(root).containsOnly(0));
    }

    @Test
    void calls_ofAnAdapterThatAnswersNull_nameItAndTheKek() {
        Kek silent = (Kek) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Kek.class},
                (self, method, arguments) -> List.of("wrap", "unwrap", "rewrap").contains(method.getName())
                        ? null
                        : method.invoke(real, arguments));
        KeyWrapping wrapping = wrapping(silent);

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> wrapping.unwrap(row),
                () -> wrapping.rewrapAll(List.of(row), "main").get(0).get(),
                () -> FreshKey.of(wrapping, SSN, "main", new SecureRandom(), Instant.EPOCH))) {
            assertThatThrownBy(call)
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("KEK `main`: its adapter answered null to");
        }
    }
}
