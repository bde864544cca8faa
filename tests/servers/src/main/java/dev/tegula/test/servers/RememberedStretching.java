package dev.tegula.test.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.SecretKeyFactorySpi;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * PBKDF2 that stretches a passphrase once for each salt and remembers what came out. The third of a second that it costs on
 * purpose is what most of the time of tests of the command line went to: they open the copies of one keyset hundreds of times.
 * In a process of its own it is two seconds, because a JVM that starts quickly compiles no loop well; {@link #option} lets such
 * a process, if it calls {@link #install} too, know what the test's own JVM knows. The values are the JDK's. For keysets that
 * nobody needs after the test.
 */
public final class RememberedStretching extends Provider {

    private static final long serialVersionUID = 1L;
    private static final String ALGORITHM = "PBKDF2WithHmacSHA256";
    private static final String FILE = "tegula.test.stretched";

    private RememberedStretching() {
        super("TegulaTests", "1", "PBKDF2 that remembers");
        put("SecretKeyFactory." + ALGORITHM, Factory.class.getName());
    }

    /** From now on, and once for a JVM. */
    public static void install() {
        Security.insertProviderAt(new RememberedStretching(), 1);
    }

    /** The option of another JVM that shall remember the same. */
    public static String option() {
        return "-D" + FILE + "=" + Factory.MEMORY;
    }

    /** The JDK's factory with a memory. */
    public static final class Factory extends SecretKeyFactorySpi {

        private static final Map<String, byte[]> KEYS = new ConcurrentHashMap<>();
        private static final Path MEMORY = memory();

        private static Path memory() {
            try {
                String other = System.getProperty(FILE);
                if (other != null) {
                    return Path.of(other);
                }
                Path own = Files.createTempFile("stretched", ".txt"); // of this user alone
                own.toFile().deleteOnExit();
                return own;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        protected SecretKey engineGenerateSecret(KeySpec spec) throws InvalidKeySpecException {
            PBEKeySpec of = (PBEKeySpec) spec;
            String made = name(of);
            byte @Nullable [] key = KEYS.get(made);
            if (key == null) {
                key = elsewhere(made);
            }
            if (key == null) {
                key = stretch(of);
                tell(made + "=" + HexFormat.of().formatHex(key) + "\n");
            }
            KEYS.put(made, key);
            return new SecretKeySpec(key, ALGORITHM);
        }

        /** What one key was made of, as a digest. */
        private static String name(PBEKeySpec of) throws InvalidKeySpecException {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(
                        (of.getIterationCount() + "," + of.getKeyLength() + ",").getBytes(StandardCharsets.UTF_8));
                digest.update(HexFormat.of().formatHex(of.getSalt()).getBytes(StandardCharsets.UTF_8));
                digest.update(("," + String.valueOf(of.getPassword())).getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new InvalidKeySpecException(e);
            }
        }

        private static byte @Nullable [] elsewhere(String made) {
            try {
                for (String line : Files.readAllLines(MEMORY)) {
                    if (line.startsWith(made + "=")) {
                        return HexFormat.of().parseHex(line.substring(made.length() + 1));
                    }
                }
                return null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static synchronized void tell(String line) {
            try {
                Files.writeString(MEMORY, line, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
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
