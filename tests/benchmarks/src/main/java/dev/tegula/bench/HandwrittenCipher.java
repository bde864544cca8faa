package dev.tegula.bench;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What a team writes by hand: one key, a cipher for each thread that is used again, a random IV. */
final class HandwrittenCipher implements Peer.Cipher {

    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final SecretKey key = new SecretKeySpec(random.generateSeed(32), "AES");
    private final ThreadLocal<javax.crypto.Cipher> ciphers = ThreadLocal.withInitial(HandwrittenCipher::newCipher);

    @Override
    public byte[] encrypt(byte[] value) throws GeneralSecurityException {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        javax.crypto.Cipher cipher = ciphers.get();
        cipher.init(javax.crypto.Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, iv));
        byte[] sealed = Arrays.copyOf(iv, IV_BYTES + cipher.getOutputSize(value.length));
        cipher.doFinal(value, 0, value.length, sealed, IV_BYTES);
        return sealed;
    }

    @Override
    public byte[] decrypt(byte[] sealed) throws GeneralSecurityException {
        javax.crypto.Cipher cipher = ciphers.get();
        cipher.init(javax.crypto.Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed, 0, IV_BYTES));
        return cipher.doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES);
    }

    private static javax.crypto.Cipher newCipher() {
        try {
            return javax.crypto.Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
