package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.aead.XAesGcmKey;
import com.google.crypto.tink.aead.XAesGcmParameters;
import com.google.crypto.tink.aead.subtle.XAesGcmAead;
import com.google.crypto.tink.util.SecretBytes;
import dev.tegula.cipher.CipherDoor;
import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.cipher.GcmCiphers;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.envelope.Tuple;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes are plain XAES-256-GCM: Tink's own implementation, with a 12-byte salt and no prefix, opens and makes them. */
class XaesCrossCheckTest {

    private static final int MESSAGES_PER_SALT = 4096;
    private static final Scope SCOPE = Scope.data(FieldId.of("patient.ssn"), TenantId.of("acme"));
    private static final RowId ROW = RowId.copyOf(new byte[] {0, 0, 0, 0});

    private final SecureRandom random = new SecureRandom();
    private final byte[] key;
    private final EnvelopeCipher ours;
    private final Aead tinks;

    XaesCrossCheckTest() throws GeneralSecurityException {
        try (RootKey root = RootKey.generate(random)) {
            key = CipherDoor.encryptionKey(root, SCOPE);
            ours = EnvelopeCipher.of(root, Suite.XAES_256_GCM, SCOPE, new GcmCiphers(random), random, System::nanoTime);
            tinks = XAesGcmAead.create(XAesGcmKey.create(
                    XAesGcmParameters.create(XAesGcmParameters.Variant.NO_PREFIX, 12),
                    SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()),
                    null));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 64, 1024, 100_000})
    void tink_ourEnvelope_opens(int size) throws GeneralSecurityException {
        byte[] inner = inner(size);
        byte[] envelope = ours.encrypt(Mode.FIELD, null, inner);
        assertThat(tinks.decrypt(body(envelope), aad(envelope))).isEqualTo(inner);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 64, 1024, 100_000})
    void open_tinksCiphertext_opens(int size) throws GeneralSecurityException {
        byte[] inner = inner(size);
        byte[] head = Arrays.copyOf(ours.encrypt(Mode.FIELD, null, inner), EnvelopeHead.SALT_OFFSET);
        byte[] envelope = join(head, tinks.encrypt(inner, aad(head)));
        assertThat(ours.decrypt(Mode.FIELD, null, envelope)).isEqualTo(inner);
    }

    @Test
    void tink_ourEnvelopeOfARow_opensWithTheRowIdOnly() throws GeneralSecurityException {
        byte[] inner = inner(40);
        byte[] envelope = ours.encrypt(Mode.ROW, ROW, inner);
        assertThat(tinks.decrypt(body(envelope), aad(envelope, ROW.bytes()))).isEqualTo(inner);
        assertThatThrownBy(() -> tinks.decrypt(body(envelope), aad(envelope)))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void seal_beyondOneSalt_opensInTinkWithoutARepeatedNonce() throws GeneralSecurityException {
        Set<ByteBuffer> nonces = new HashSet<>();
        Set<ByteBuffer> salts = new HashSet<>();
        byte[] inner = inner(9);
        int messages = 2 * MESSAGES_PER_SALT + 1;
        for (int i = 0; i < messages; i++) {
            byte[] envelope = ours.encrypt(Mode.FIELD, null, inner);
            assertThat(tinks.decrypt(body(envelope), aad(envelope))).isEqualTo(inner);
            nonces.add(ByteBuffer.wrap(envelope, EnvelopeHead.SALT_OFFSET, 24));
            salts.add(ByteBuffer.wrap(envelope, EnvelopeHead.SALT_OFFSET, 12));
        }
        assertThat(nonces).hasSize(messages);
        assertThat(salts).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void open_saltsThatDifferInOneByte_opensEach() throws GeneralSecurityException {
        byte[] inner = inner(9);
        byte[] head = Arrays.copyOf(ours.encrypt(Mode.FIELD, null, inner), EnvelopeHead.SALT_OFFSET);
        for (int at = 0; at < 12; at++) {
            for (byte b = 0; b < 3; b++) {
                byte[] nonce = new byte[24];
                nonce[at] = b;
                byte[] body = ReferenceXaes.encrypt(key, nonce, inner, aad(head));
                assertThat(ours.decrypt(Mode.FIELD, null, join(head, nonce, body)))
                        .isEqualTo(inner);
            }
        }
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private byte[] inner(int size) {
        byte[] inner = new byte[size];
        random.nextBytes(inner);
        return inner;
    }

    private static byte[] body(byte[] envelope) {
        return Arrays.copyOfRange(envelope, EnvelopeHead.SALT_OFFSET, envelope.length);
    }

    private static byte[] aad(byte[] envelope, byte[]... row) {
        byte[] label = "tegula/aad/v1".getBytes(StandardCharsets.US_ASCII);
        byte[] head = Arrays.copyOf(envelope, EnvelopeHead.SALT_OFFSET);
        byte[] tenant = SCOPE.tenant().item();
        byte[] field = SCOPE.field().bytes();
        return row.length == 0 ? Tuple.of(label, head, tenant, field) : Tuple.of(label, head, tenant, field, row[0]);
    }
}
