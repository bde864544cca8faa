package dev.tegula.operations.live;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;

/** The JDK's AES-GCM, with the arrays that it decrypted to: to look at them again once they should be wiped. */
public final class RecordingGcm implements AutoCloseable {

    private static final String NAME = "RecordingGcm";
    private static final List<byte[]> PLAINTEXTS = new CopyOnWriteArrayList<>();

    private RecordingGcm() {}

    /** Takes the place of the JDK's for ciphers that are made from now on, until it is closed. */
    public static RecordingGcm install() {
        PLAINTEXTS.clear();
        Provider provider = new Provider(NAME, "1", "AES-GCM that remembers") {};
        provider.put("Cipher.AES/GCM/NoPadding", Spi.class.getName());
        Security.insertProviderAt(provider, 1);
        return new RecordingGcm();
    }

    /** The arrays themselves, not copies. */
    public List<byte[]> plaintexts() {
        return List.copyOf(PLAINTEXTS);
    }

    @Override
    public void close() {
        Security.removeProvider(NAME);
        PLAINTEXTS.clear();
    }

    /** Made by the JCA. */
    public static final class Spi extends CipherSpi {

        private final Cipher real;
        private boolean decrypts;

        public Spi() throws GeneralSecurityException {
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
            decrypts = mode == Cipher.DECRYPT_MODE;
            real.init(mode, key, random);
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameterSpec spec, SecureRandom random)
                throws InvalidKeyException, InvalidAlgorithmParameterException {
            decrypts = mode == Cipher.DECRYPT_MODE;
            real.init(mode, key, spec, random);
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameters parameters, SecureRandom random)
                throws InvalidKeyException, InvalidAlgorithmParameterException {
            decrypts = mode == Cipher.DECRYPT_MODE;
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
            byte[] done = real.doFinal(input, offset, length);
            if (decrypts) {
                PLAINTEXTS.add(done);
            }
            return done;
        }

        @Override
        protected int engineDoFinal(byte[] input, int offset, int length, byte[] output, int at)
                throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
            return real.doFinal(input, offset, length, output, at);
        }
    }
}
