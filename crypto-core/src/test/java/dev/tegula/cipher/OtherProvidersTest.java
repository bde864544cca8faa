package dev.tegula.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A provider of cryptography that an application installs first is the one that encrypts; the bytes stay the same. */
final class OtherProvidersTest {

    private static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());
    private static final int[] LENGTHS = {1, 15, 16, 17, 64, 1_024, 100_000};

    private final SecureRandom random = new SecureRandom();

    @Test
    void conscrypt_installedFirst_encryptsAndIsReadByTheJdk() {
        Assumptions.assumeTrue(Conscrypt.isAvailable(), "Conscrypt has no library for this platform");
        exchange(Conscrypt.newProvider());
    }

    @Test
    void corretto_installedFirst_encryptsAndIsReadByTheJdk() {
        AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
        Assumptions.assumeTrue(corretto.getLoadingError() == null, "ACCP has no library for this platform");
        exchange(corretto);
    }

    private void exchange(Provider other) {
        try (RootKey root = RootKey.generate(random)) {
            GcmCiphers ofTheJdk = new GcmCiphers(random);
            EnvelopeCipher jdk = cipher(root, ofTheJdk);
            byte[][] fromJdk = envelopes(jdk);
            assertThat(ofTheJdk.providers()).containsOnly("SunJCE");

            Security.insertProviderAt(other, 1);
            try {
                GcmCiphers ofTheOther = new GcmCiphers(random);
                EnvelopeCipher cipher = cipher(root, ofTheOther);
                byte[][] fromOther = envelopes(cipher);
                requireOpens(cipher, fromJdk);
                requireOpens(cipher, fromOther);
                requireOpens(jdk, fromOther);
                for (byte[] envelope : fromOther) {
                    envelope[envelope.length - 1] ^= 1;
                    assertThatThrownBy(() -> cipher.decrypt(Mode.FIELD, null, envelope))
                            .isInstanceOf(CannotOpenException.class);
                }
                requireOpens(cipher, fromJdk);
                assertThat(ofTheOther.providers()).containsOnly(other.getName());
            } finally {
                Security.removeProvider(other.getName());
            }
        }
    }

    private EnvelopeCipher cipher(RootKey root, GcmCiphers ciphers) {
        return EnvelopeCipher.of(root, Suite.XAES_256_GCM, SSN, ciphers, random, System::nanoTime);
    }

    private static byte[][] envelopes(EnvelopeCipher cipher) {
        byte[][] envelopes = new byte[LENGTHS.length][];
        for (int i = 0; i < envelopes.length; i++) {
            envelopes[i] = cipher.encrypt(Mode.FIELD, null, new byte[LENGTHS[i]]);
        }
        return envelopes;
    }

    private static void requireOpens(EnvelopeCipher cipher, byte[][] envelopes) {
        for (int i = 0; i < envelopes.length; i++) {
            assertThat(cipher.decrypt(Mode.FIELD, null, envelopes[i])).isEqualTo(new byte[LENGTHS[i]]);
        }
    }
}
