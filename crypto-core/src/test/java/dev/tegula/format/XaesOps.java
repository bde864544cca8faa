package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cipher.CipherDoor;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** The cipher alone, as published with XAES-256-GCM. */
final class XaesOps {

    private XaesOps() {}

    static void open(VectorFile file) throws GeneralSecurityException {
        byte[] plaintext = open(file.input("key"), file.input("nonce"), file.input("ciphertext"), file.input("aad"));
        assertThat(plaintext).isEqualTo(file.expected("plaintext"));
    }

    /**
     * Inputs from one SHAKE-128, all ciphertexts into another. Our cipher draws its own IV, so the ciphertexts are made by
     * a reference; that its hash is the published one proves the reference, that we open each of them proves ours.
     */
    static void accumulated(VectorFile file) throws GeneralSecurityException {
        Shake128 inputs = new Shake128();
        Shake128 ciphertexts = new Shake128();
        for (int i = 0; i < file.input().required("iterations").intValue(); i++) {
            byte[] key = inputs.read(32);
            byte[] nonce = inputs.read(24);
            byte[] plaintext = inputs.read(inputs.read(1)[0] & 0xff);
            byte[] aad = inputs.read(inputs.read(1)[0] & 0xff);
            byte[] ciphertext = ReferenceXaes.encrypt(key, nonce, plaintext, aad);
            assertThat(open(key, nonce, ciphertext, aad)).isEqualTo(plaintext);
            ciphertexts.update(ciphertext);
        }
        assertThat(ciphertexts.read(32)).isEqualTo(file.expected("digest"));
    }

    private static byte[] open(byte[] key, byte[] nonce, byte[] ciphertext, byte[] aad)
            throws GeneralSecurityException {
        byte[] iv = Arrays.copyOfRange(nonce, 12, 24);
        byte[] body = ByteBuffer.allocate(iv.length + ciphertext.length)
                .put(iv)
                .put(ciphertext)
                .array();
        return CipherDoor.decrypt(key, nonce, body, aad);
    }
}
