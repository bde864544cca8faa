package dev.tegula.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The settings of a blind index as the key of a map. */
final class IndexParametersTest {

    private static final FieldId SSN = FieldId.of("patient.ssn");

    private static IndexParameters parameters(String name, int bits, int version) {
        return IndexParameters.of(name, bits, List.of(IndexParameters.part(SSN, (byte) 2, "text.exact", version)));
    }

    @Test
    void parameters_areEqualIfAllOfThemAre() {
        IndexParameters one = parameters("ssn", 256, 1);

        assertThat(one).isEqualTo(parameters("ssn", 256, 1)).hasSameHashCodeAs(parameters("ssn", 256, 1));
        assertThat(List.of(parameters("other", 256, 1), parameters("ssn", 255, 1), parameters("ssn", 256, 2)))
                .allSatisfy(other -> assertThat(one).isNotEqualTo(other).doesNotHaveSameHashCodeAs(other));
        assertThat(one).isNotEqualTo("ssn").hasToString("IndexParameters[256 bits, 1 parts, ssn]");
    }

    @Test
    void mac_isShownWithItsScopeAndKeyAndNothingElse() {
        Scope scope = Scope.index(SSN, TenantId.none());
        try (RootKey root = RootKey.generate(new SecureRandom())) {
            IndexMac mac = IndexMac.of(root, Suite.XAES_256_GCM, scope);

            assertThat(mac).hasToString("IndexMac[" + scope + " " + mac.keyId() + "]");
        }
    }
}
