package dev.tegula.cipher;

import com.google.crypto.tink.prf.Prf;
import com.google.crypto.tink.subtle.PrfAesCmac;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * The key derivation of XAES-256-GCM (C2SP): a 12-byte salt gives an AES-256-GCM key of its own through AES-CMAC. The
 * rest of XAES is that key's plain AES-GCM with the other 12 bytes of the nonce as IV.
 */
final class Xaes {

    static final int SALT_BYTES = 12;

    private final Prf cmac;
    private final GcmCiphers.Holder holder;

    /**
     * Uses the key without keeping the array.
     *
     * @param holder whose AES keys they are
     */
    Xaes(byte[] key, GcmCiphers.Holder holder) {
        this.holder = holder;
        try {
            this.cmac = new PrfAesCmac(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CMAC is not available in this JVM", e);
        }
    }

    /** The AES-256-GCM key of the salt that starts at the offset. */
    GcmCiphers.Key derive(byte[] source, int saltOffset) {
        byte[] block = new byte[16];
        block[2] = 'X';
        System.arraycopy(source, saltOffset, block, 4, SALT_BYTES);
        byte[] key = new byte[32];
        try {
            for (int half = 1; half <= 2; half++) {
                block[1] = (byte) half;
                byte[] part = cmac.compute(block, 16);
                System.arraycopy(part, 0, key, (half - 1) * 16, 16);
                Arrays.fill(part, (byte) 0);
            }
            return new GcmCiphers.Key(key, holder);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CMAC is not available in this JVM", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
