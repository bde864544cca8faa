package dev.tegula.format;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** XAES-256-GCM with a nonce of the caller, from the block cipher up, as https://c2sp.org/XAES-256-GCM details it. */
final class ReferenceXaes {

    private ReferenceXaes() {}

    static byte[] encrypt(byte[] key, byte[] nonce, byte[] plaintext, byte[] aad) throws GeneralSecurityException {
        Cipher block = Cipher.getInstance("AES/ECB/NoPadding");
        block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        byte[] k1 = doubled(block.doFinal(new byte[16]));
        byte[] subkey = new byte[32];
        for (int half = 0; half < 2; half++) {
            byte[] m = k1.clone();
            m[1] ^= (byte) (half + 1);
            m[2] ^= (byte) 'X';
            for (int i = 0; i < 12; i++) {
                m[4 + i] ^= nonce[i];
            }
            System.arraycopy(block.doFinal(m), 0, subkey, 16 * half, 16);
        }
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(subkey, "AES"),
                new GCMParameterSpec(128, Arrays.copyOfRange(nonce, 12, 24)));
        gcm.updateAAD(aad);
        return gcm.doFinal(plaintext);
    }

    private static byte[] doubled(byte[] l) {
        BigInteger twice = new BigInteger(1, l).shiftLeft(1);
        if (twice.testBit(128)) {
            twice = twice.clearBit(128).xor(BigInteger.valueOf(0b10000111));
        }
        byte[] out = new byte[16];
        for (int i = 0; i < 16; i++) {
            out[15 - i] = twice.shiftRight(8 * i).byteValue();
        }
        return out;
    }
}
