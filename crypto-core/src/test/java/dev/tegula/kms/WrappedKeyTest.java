package dev.tegula.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import org.junit.jupiter.api.Test;

/** What goes to a KMS and comes back, as values. */
final class WrappedKeyTest {

    private static final KeyId ID = KeyId.ofHex("91be27d0" + "00".repeat(28));

    @Test
    void wrappedKey_isCopiedInAndOut() {
        byte[] bytes = {1, 2, 3};
        WrappedKey key = WrappedKey.copyOf(bytes, "7");
        bytes[0] = 9;
        key.bytes()[0] = 9;

        assertThat(key.bytes()).containsExactly(1, 2, 3);
        assertThat(key.kekVersion()).isEqualTo("7");
    }

    @Test
    void wrappedKey_isEqualByBytesAndVersionAndShowsNoByte() {
        WrappedKey key = WrappedKey.copyOf(new byte[] {1, 2, 3}, "7");

        assertThat(key).isEqualTo(WrappedKey.copyOf(new byte[] {1, 2, 3}, "7"));
        assertThat(key).hasSameHashCodeAs(WrappedKey.copyOf(new byte[] {1, 2, 3}, "7"));
        assertThat(key).isNotEqualTo(WrappedKey.copyOf(new byte[] {1, 2, 4}, "7"));
        assertThat(key).isNotEqualTo(WrappedKey.copyOf(new byte[] {1, 2, 3}, "8"));
        assertThat(key).isNotEqualTo("7");
        assertThat(key.hashCode())
                .isNotEqualTo(WrappedKey.copyOf(new byte[] {3, 2, 1}, "7").hashCode());
        assertThat(key).hasToString("WrappedKey[3 bytes, KEK version 7]");
    }

    @Test
    void wrappedKey_longerThanARegistryKeeps_isRefused() {
        assertThat(WrappedKey.copyOf(new byte[8_192], "v".repeat(2_048)).bytes())
                .hasSize(8_192);
        assertThatThrownBy(() -> WrappedKey.copyOf(new byte[8_193], ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 8193 and 0");
        assertThatThrownBy(() -> WrappedKey.copyOf(new byte[1], "v".repeat(2_049)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 1 and 2049");
    }

    @Test
    void wrapContext_showsAPolicyTheFieldAndNeverTheTenant() {
        Scope scope = Scope.data(FieldId.of("patient.ssn"), TenantId.of("acme"));
        WrapContext context = WrapContext.of("clinic", Suite.XAES_256_GCM, scope, ID);

        assertThat(context.field()).isEqualTo("patient.ssn");
        assertThat(context.purpose()).isEqualTo("DATA");
        assertThat(context.keyId()).isEqualTo(ID);
        assertThat(context).hasToString("WrapContext[patient.ssn, 91be27d0]");
        context.digest()[0] ^= 1;
        assertThat(context.digest())
                .isEqualTo(
                        WrapContext.of("clinic", Suite.XAES_256_GCM, scope, ID).digest())
                .isNotEqualTo(
                        WrapContext.of("clinic2", Suite.XAES_256_GCM, scope, ID).digest());
    }
}
