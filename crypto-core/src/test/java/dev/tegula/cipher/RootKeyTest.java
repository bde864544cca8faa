package dev.tegula.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.MalformedException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the bytes of a root and of what is derived from it. */
final class RootKeyTest {

    private static final Suite SUITE = Suite.XAES_256_GCM;
    private static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());

    private static byte[] bytes() {
        byte[] bytes = new byte[RootKey.SIZE_BYTES];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }

    @Test
    void close_wipesTheArrayThatItOwns() {
        byte[] bytes = bytes();
        RootKey root = RootKey.takeOwnership(bytes);
        assertThat(bytes).isEqualTo(bytes());

        root.close();

        assertThat(bytes).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 33, 64})
    void takeOwnership_ofAnotherSize_isRefusedAndWiped(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 7);

        assertThatThrownBy(() -> RootKey.takeOwnership(bytes))
                .isInstanceOfSatisfying(
                        MalformedException.class, e -> assertThat(e.kind()).isEqualTo(MalformedException.Kind.ROOT))
                .hasMessageContaining("exactly 32 bytes, not " + size);
        assertThat(bytes).isEqualTo(new byte[size]);
    }

    @Test
    void generate_drawsARootFromTheSourceEachTime() {
        SecureRandom random = new SecureRandom();
        try (RootKey one = RootKey.generate(random);
                RootKey two = RootKey.generate(random)) {
            assertThat(one.copyForWrapping()).hasSize(32).isNotEqualTo(new byte[32]);
            assertThat(one.keyId(SUITE, SSN)).isNotEqualTo(two.keyId(SUITE, SSN));
        }
    }

    @Test
    void copyForWrapping_givesACopy() {
        byte[] bytes = bytes();
        try (RootKey root = RootKey.takeOwnership(bytes)) {
            byte[] copy = root.copyForWrapping();
            assertThat(copy).isEqualTo(bytes());
            Arrays.fill(copy, (byte) 0);
            assertThat(bytes).isEqualTo(bytes());
        }
    }

    @Test
    void derivedKeys_areWipedWhenTheWorkIsDone() {
        AtomicReference<byte[]> lent = new AtomicReference<>();
        try (RootKey root = RootKey.takeOwnership(bytes())) {
            byte[] enc = root.withEncryptionKey(SUITE, SSN, key -> {
                lent.set(key);
                return key.clone();
            });
            assertThat(enc).hasSize(32);
            assertThat(lent.get()).containsOnly(0);

            byte[] mac = root.withSealKey(SUITE, Scope.REGISTRY, key -> {
                lent.set(key);
                return key.clone();
            });
            assertThat(mac).hasSize(32).isNotEqualTo(enc);
            assertThat(lent.get()).containsOnly(0);
        }
    }

    @Test
    void derivedKeys_areWipedWhenTheWorkFails() {
        AtomicReference<byte[]> lent = new AtomicReference<>();
        try (RootKey root = RootKey.takeOwnership(bytes())) {
            assertThatThrownBy(() -> root.withEncryptionKey(SUITE, SSN, key -> {
                        lent.set(key);
                        throw new IllegalStateException("that");
                    }))
                    .hasMessage("that");
        }
        assertThat(lent.get()).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(value = Purpose.class, mode = EnumSource.Mode.EXCLUDE, names = "REGISTRY")
    void withSealKey_ofARootThatIsNotTheRegistrys_isRefused(Purpose purpose) {
        Scope scope = new Scope(TenantId.none(), FieldId.REGISTRY, purpose);
        try (RootKey root = RootKey.takeOwnership(bytes())) {
            assertThatThrownBy(() -> root.withSealKey(SUITE, scope, byte[]::clone))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("this is " + purpose);
        }
    }

    @Test
    void toString_showsNoByte() {
        try (RootKey root = RootKey.takeOwnership(bytes())) {
            assertThat(root).hasToString("RootKey[32 bytes]");
        }
    }
}
