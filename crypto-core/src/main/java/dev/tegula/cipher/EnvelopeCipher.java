package dev.tegula.cipher;

import com.google.crypto.tink.Aead;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.RowId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.Tuple;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens envelopes of one scope under one data key. Thread-safe; holds primitives, never the root. What goes
 * in and comes out is the inner layout ({@code dev.tegula.value.Inner}); this class knows nothing of types.
 */
public final class EnvelopeCipher {

    private static final byte[] AAD_LABEL = "tegula/aad/v1".getBytes(StandardCharsets.US_ASCII);
    /** Readers keep the AES-GCM of a few salts: a writer uses one salt for up to 4,096 values, and scans meet them in a row. */
    private static final int READER_SLOTS = 16;

    private final Scope scope;
    private final KeyId keyId;
    private final Xaes xaes;
    private final SaltedWriter writer;
    private final AtomicReferenceArray<@Nullable Salted> readers = new AtomicReferenceArray<>(READER_SLOTS);
    private final byte[] fieldHead;
    private final byte[] fieldAad;

    private EnvelopeCipher(Scope scope, KeyId keyId, byte[] key, SecureRandom random, LongSupplier nanoTime) {
        this.scope = scope;
        this.keyId = keyId;
        this.xaes = new Xaes(key);
        this.writer = new SaltedWriter(xaes, random, nanoTime);
        this.fieldHead = head(Mode.FIELD);
        this.fieldAad = aad(fieldHead, null);
    }

    /**
     * Derives the cipher of a root in a scope. The root may be closed afterwards.
     *
     * @param random source of salts
     * @param nanoTime monotonic clock in nanoseconds, for the age of a salt
     */
    public static EnvelopeCipher of(
            RootKey root, Suite suite, Scope scope, SecureRandom random, LongSupplier nanoTime) {
        KeyId keyId = root.keyId(suite, scope);
        return root.withEncryptionKey(suite, scope, key -> new EnvelopeCipher(scope, keyId, key, random, nanoTime));
    }

    /** The id of its data key. */
    public KeyId keyId() {
        return keyId;
    }

    /** The scope it serves. */
    public Scope scope() {
        return scope;
    }

    /**
     * Encrypts an inner layout.
     *
     * @param row null in FIELD mode, required in ROW mode
     * @throws IllegalArgumentException if mode and row do not fit
     */
    public byte[] encrypt(Mode mode, @Nullable RowId row, byte[] inner) {
        requireRow(mode, row);
        boolean fieldMode = mode == Mode.FIELD;
        byte[] head = fieldMode ? fieldHead : head(mode);
        byte[] aad = fieldMode ? fieldAad : aad(head, row);
        Salted salted = writer.next();
        byte[] ciphertext;
        try {
            ciphertext = salted.aead().encrypt(inner, aad);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM refused to encrypt", e);
        }
        byte[] envelope = new byte[EnvelopeHead.IV_OFFSET + ciphertext.length];
        System.arraycopy(head, 0, envelope, 0, head.length);
        salted.copySaltTo(envelope, EnvelopeHead.SALT_OFFSET);
        System.arraycopy(ciphertext, 0, envelope, EnvelopeHead.IV_OFFSET, ciphertext.length);
        return envelope;
    }

    /**
     * Decrypts an envelope to its inner layout.
     *
     * @param row null in FIELD mode, required for an envelope of ROW mode
     * @throws MalformedException if it is no envelope, or its mode is not {@code mode}
     * @throws CannotOpenException for any other reason, without detail
     */
    public byte[] decrypt(Mode mode, @Nullable RowId row, byte[] envelope) {
        requireRow(mode, row);
        String field = scope.field().value();
        EnvelopeHead.require(field, mode, envelope);
        if (!keyId.at(envelope, EnvelopeHead.KEY_ID_OFFSET)) {
            throw new CannotOpenException(field);
        }
        byte[] aad = mode == Mode.FIELD ? fieldAad : aad(head(mode), row);
        try {
            return reader(envelope).decrypt(Arrays.copyOfRange(envelope, EnvelopeHead.IV_OFFSET, envelope.length), aad);
        } catch (GeneralSecurityException e) {
            throw new CannotOpenException(field);
        }
    }

    private Aead reader(byte[] envelope) {
        int slot =
                (31 * envelope[EnvelopeHead.SALT_OFFSET] + envelope[EnvelopeHead.SALT_OFFSET + 1]) & (READER_SLOTS - 1);
        Salted cached = readers.get(slot);
        if (cached != null && cached.hasSaltAt(envelope, EnvelopeHead.SALT_OFFSET)) {
            return cached.aead();
        }
        Salted fresh = Salted.copyOf(envelope, EnvelopeHead.SALT_OFFSET, xaes);
        readers.set(slot, fresh);
        return fresh.aead();
    }

    private byte[] head(Mode mode) {
        byte[] head = new byte[EnvelopeHead.SALT_OFFSET];
        head[0] = Suite.XAES_256_GCM.id();
        head[EnvelopeHead.MODE_OFFSET] = mode.id();
        System.arraycopy(keyId.bytes(), 0, head, EnvelopeHead.KEY_ID_OFFSET, KeyId.SIZE_BYTES);
        return head;
    }

    private byte[] aad(byte[] head, @Nullable RowId row) {
        byte[] tenant = scope.tenant().item();
        byte[] field = scope.field().bytes();
        return row == null
                ? Tuple.of(AAD_LABEL, head, tenant, field)
                : Tuple.of(AAD_LABEL, head, tenant, field, row.bytes());
    }

    private static void requireRow(Mode mode, @Nullable RowId row) {
        if ((mode == Mode.ROW) != (row != null)) {
            throw new IllegalArgumentException(
                    "Mode ROW needs a row id and other modes take none; the mode is " + mode);
        }
    }
}
