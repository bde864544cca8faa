package dev.tegula.cli;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.SecretKeyFactorySpi;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * PBKDF2 that stretches a passphrase once for each salt and remembers what came out. The third of a second that it costs on
 * purpose is what most of the time of these tests went to: they open the copies of one keyset hundreds of times. The values are
 * the JDK's; a JVM that takes no provider of Tegula's stretches anew each time.
 */
final class RememberedStretching extends Provider {

    private static final long serialVersionUID = 1L;
    private static final String ALGORITHM = "PBKDF2WithHmacSHA256";

    private RememberedStretching() {
        super("TegulaTests", "1", "PBKDF2 that remembers");
        put("SecretKeyFactory." + ALGORITHM, Factory.class.getName());
    }

    static void install() {
        Security.insertProviderAt(new RememberedStretching(), 1);
    }

    /** What one key was made of. */
    private record Made(String password, String salt, int iterations, int bits) {}

    /** The JDK's factory with a memory. */
    public static final class Factory extends SecretKeyFactorySpi {

        private static final Map<Made, byte[]> KEYS = new ConcurrentHashMap<>();

        @Override
        protected SecretKey engineGenerateSecret(KeySpec spec) throws InvalidKeySpecException {
            PBEKeySpec of = (PBEKeySpec) spec;
            Made made = new Made(
                    new String(of.getPassword()),
                    java.util.HexFormat.of().formatHex(of.getSalt()),
                    of.getIterationCount(),
                    of.getKeyLength());
            byte[] key = KEYS.get(made);
            if (key == null) {
                key = stretch(of);
                KEYS.put(made, key);
            }
            return new SecretKeySpec(key, ALGORITHM);
        }

        private static byte[] stretch(PBEKeySpec spec) throws InvalidKeySpecException {
            try {
                return SecretKeyFactory.getInstance(ALGORITHM, Security.getProvider("SunJCE"))
                        .generateSecret(spec)
                        .getEncoded();
            } catch (NoSuchAlgorithmException e) {
                throw new InvalidKeySpecException(e);
            }
        }

        @Override
        protected KeySpec engineGetKeySpec(SecretKey key, Class<?> spec) throws InvalidKeySpecException {
            throw new InvalidKeySpecException("not needed");
        }

        @Override
        protected SecretKey engineTranslateKey(SecretKey key) throws InvalidKeyException {
            throw new InvalidKeyException("not needed");
        }
    }
}
