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
import dev.tegula.failure.ConfigurationException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Says that it wrote less than it did: what stands in the rest of the array is anybody's guess. */
    public static class Sparing extends CipherSpi {
        final Cipher real;

        public Sparing() throws GeneralSecurityException {
            this.real = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        }

        @Override
        protected void engineSetMode(String mode) {}

        @Override
        protected void engineSetPadding(String padding) {}

        @Override
        protected int engineGetBlockSize() {
            return real.getBlockSize();
        }

        @Override
        protected int engineGetOutputSize(int length) {
            return real.getOutputSize(length);
        }

        @Override
        protected byte[] engineGetIV() {
            return real.getIV();
        }

        @Override
        protected AlgorithmParameters engineGetParameters() {
            return real.getParameters();
        }

        @Override
        protected void engineInit(int mode, Key key, SecureRandom random) throws InvalidKeyException {
            real.init(mode, key, random);
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameterSpec spec, SecureRandom random)
                throws InvalidKeyException, InvalidAlgorithmParameterException {
            real.init(mode, key, spec, random);
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameters parameters, SecureRandom random)
                throws InvalidKeyException, InvalidAlgorithmParameterException {
            real.init(mode, key, parameters, random);
        }

        @Override
        protected void engineUpdateAAD(byte[] source, int offset, int length) {
            real.updateAAD(source, offset, length);
        }

        @Override
        protected byte[] engineUpdate(byte[] input, int offset, int length) {
            return real.update(input, offset, length);
        }

        @Override
        protected int engineUpdate(byte[] input, int offset, int length, byte[] output, int at)
                throws ShortBufferException {
            return real.update(input, offset, length, output, at);
        }

        @Override
        protected byte[] engineDoFinal(byte[] input, int offset, int length)
                throws IllegalBlockSizeException, BadPaddingException {
            return real.doFinal(input, offset, length);
        }

        @Override
        protected int engineDoFinal(byte[] input, int offset, int length, byte[] output, int at)
                throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
            return real.doFinal(input, offset, length, output, at) - GcmCiphers.TAG_BYTES;
        }
    }

    /** Leaves a value that is encrypted where it stands as it is, and counts as if it had not. */
    public static final class Leaving extends Sparing {
        public Leaving() throws GeneralSecurityException {}

        @Override
        protected int engineDoFinal(byte[] input, int offset, int length, byte[] output, int at)
                throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
            return input == output ? length + GcmCiphers.TAG_BYTES : real.doFinal(input, offset, length, output, at);
        }
    }

    /** Reads what it has already changed, where a value is long enough that it works in parts. */
    public static final class Overtaking extends Sparing {
        public Overtaking() throws GeneralSecurityException {}

        @Override
        protected int engineDoFinal(byte[] input, int offset, int length, byte[] output, int at)
                throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
            if (input == output && length > 1_024) {
                input[offset + 1_024] ^= input[offset + 1];
            }
            return real.doFinal(input, offset, length, output, at);
        }
    }

    /** Binds a value to nothing. */
    public static final class Unbinding extends Sparing {
        public Unbinding() throws GeneralSecurityException {}

        @Override
        protected void engineUpdateAAD(byte[] source, int offset, int length) {}

        @Override
        protected int engineDoFinal(byte[] input, int offset, int length, byte[] output, int at)
                throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
            return real.doFinal(input, offset, length, output, at);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Leaving.class, Overtaking.class, Unbinding.class})
    void provider_whoseAnswerIsWrong_getsNoValueToEncrypt(Class<? extends CipherSpi> wrong) {
        Provider provider = new Provider("Wrong", "1", "for this test") {};
        provider.put("Cipher.AES/GCM/NoPadding", wrong.getName());
        Security.insertProviderAt(provider, 1);
        try {
            assertThatThrownBy(() -> new GcmCiphers(random))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("`Wrong`");
        } finally {
            Security.removeProvider(provider.getName());
        }
        try (RootKey root = RootKey.generate(random)) {
            EnvelopeCipher cipher = cipher(root, new GcmCiphers(random));
            requireOpens(cipher, envelopes(cipher));
        }
    }

    @Test
    void provider_thatWritesNoTag_isRefusedAndItsCipherNotKept() {
        Provider provider = new Provider("NoTag", "1", "for this test") {};
        provider.put("Cipher.AES/GCM/NoPadding", Sparing.class.getName());
        GcmCiphers ciphers = new GcmCiphers(random);
        Security.insertProviderAt(provider, 1);
        try (RootKey root = RootKey.generate(random)) {
            EnvelopeCipher cipher = cipher(root, ciphers);

            assertThatThrownBy(() -> cipher.encrypt(Mode.FIELD, null, new byte[7]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasStackTraceContaining("the provider's AES-GCM wrote 7 bytes");
            assertThat(ciphers.kept()).isZero();
        } finally {
            Security.removeProvider(provider.getName());
        }
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
