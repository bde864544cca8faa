package dev.tegula.kms.tink;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The key that one passphrase and one head give. PBKDF2-HMAC-SHA-256 (RFC 8018, from the JCE, because Tink has none)
 * stretches the passphrase to 32 bytes; HKDF-SHA-256 (empty salt) makes the commitment and the AES-256-GCM key of them.
 * AES-GCM alone commits to no key: without the commitment one file could open under two passphrases, with other keys.
 */
final class FileKey {

    private static final String COMMITMENT = "tegula/keyset/v1/commitment";
    private static final String KEY = "tegula/keyset/v1/key";
    private static final int KEY_BYTES = 32;

    private final KeysetHeader header;
    private final Aead aead;

    private FileKey(KeysetHeader header, Aead aead) {
        this.header = header;
        this.aead = aead;
    }

    /**
     * A key with a new salt.
     *
     * @throws dev.tegula.failure.ConfigurationException if the iterations are outside 600,000 to 10,000,000
     */
    static FileKey create(Passphrase passphrase, int iterations, SecureRandom random) {
        byte[] salt = new byte[KeysetHeader.SALT_BYTES];
        random.nextBytes(salt);
        KeysetHeader draft = KeysetHeader.of(iterations, salt, new byte[KeysetHeader.COMMITMENT_BYTES]);
        byte[] stretched = stretch(passphrase, draft);
        try {
            byte[] commitment = expand(stretched, COMMITMENT);
            return new FileKey(KeysetHeader.of(iterations, salt, commitment), aead(stretched));
        } finally {
            Arrays.fill(stretched, (byte) 0);
        }
    }

    /**
     * The key of an existing file.
     *
     * @throws DeniedException if the head does not commit to this passphrase
     */
    static FileKey derive(Passphrase passphrase, KeysetHeader header, Path path) {
        byte[] stretched = stretch(passphrase, header);
        try {
            if (!header.committedTo(expand(stretched, COMMITMENT))) {
                throw new DeniedException("The passphrase does not open the keyset " + path
                        + ". Either it is not the one the keyset was written under, or the first "
                        + KeysetHeader.SIZE_BYTES + " bytes of the file were changed.");
            }
            return new FileKey(header, aead(stretched));
        } finally {
            Arrays.fill(stretched, (byte) 0);
        }
    }

    /** Whether it opens files with that head. */
    boolean fits(KeysetHeader other) {
        return header.equals(other);
    }

    /** The content of a file that holds the keys. */
    byte[] encrypt(KekKeys keys) {
        byte[] plain = keys.serialize();
        try {
            byte[] ciphertext = aead.encrypt(plain, header.bytes());
            return ByteBuffer.allocate(KeysetHeader.SIZE_BYTES + ciphertext.length)
                    .put(header.bytes())
                    .put(ciphertext)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available in this JVM", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /**
     * The keys in the content of a file whose head this key fits.
     *
     * @throws IntegrityException if the content was changed or cut
     */
    KekKeys decrypt(byte[] file, Path path) {
        byte[] ciphertext = Arrays.copyOfRange(file, KeysetHeader.SIZE_BYTES, file.length);
        byte[] plain;
        try {
            plain = aead.decrypt(ciphertext, header.bytes());
        } catch (GeneralSecurityException e) {
            throw new IntegrityException(
                    "The keyset " + path
                            + " was changed or cut: the passphrase is right, but the keys do not open. Restore it from a backup.");
        }
        try {
            return KekKeys.parse(plain);
        } catch (GeneralSecurityException e) {
            throw new IntegrityException("The keyset " + path
                    + " opens, but does not hold AES-256-GCM keys with a Tink prefix. It was not written by Tegula.");
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static byte[] stretch(Passphrase passphrase, KeysetHeader header) {
        char[] characters = passphrase.characters();
        PBEKeySpec spec = new PBEKeySpec(characters, header.salt(), header.iterations(), KEY_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("PBKDF2-HMAC-SHA-256 is not available in this JVM", e);
        } finally {
            spec.clearPassword();
            Arrays.fill(characters, '\0');
        }
    }

    private static byte[] expand(byte[] stretched, String info) {
        try {
            return Hkdf.computeHkdf(
                    "HMACSHA256", stretched, new byte[0], info.getBytes(StandardCharsets.US_ASCII), KEY_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA-256 is not available in this JVM", e);
        }
    }

    private static Aead aead(byte[] stretched) {
        byte[] key = expand(stretched, KEY);
        try {
            return new AesGcmJce(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available in this JVM", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
