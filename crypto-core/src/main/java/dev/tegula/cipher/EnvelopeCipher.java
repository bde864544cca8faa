package dev.tegula.cipher;

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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes and opens envelopes of one scope under one data key. Thread-safe; holds primitives, never the root. What goes
 * in and comes out is the inner layout ({@code dev.tegula.value.Inner}); this class knows nothing of types.
 */
public final class EnvelopeCipher {

    private static final byte[] AAD_LABEL = "tegula/aad/v1".getBytes(StandardCharsets.US_ASCII);

    private final Scope scope;
    private final KeyId keyId;
    private final GcmCiphers ciphers;
    private final GcmCiphers.Holder holder;
    private final LongSupplier nanoTime;
    private final SaltedWriter writer;
    private final ReaderSalts readers;
    private final byte[] fieldHead;
    private final byte[] fieldAad;

    private EnvelopeCipher(
            Scope scope, KeyId keyId, byte[] key, GcmCiphers ciphers, SecureRandom random, LongSupplier nanoTime) {
        this.scope = scope;
        this.keyId = keyId;
        this.ciphers = ciphers;
        this.nanoTime = nanoTime;
        this.holder = ciphers.holder(keyId);
        Xaes xaes = new Xaes(key, holder);
        this.writer = new SaltedWriter(xaes, random);
        this.readers = new ReaderSalts(xaes);
        this.fieldHead = head(Mode.FIELD);
        this.fieldAad = aad(fieldHead, null);
    }

    /**
     * Derives the cipher of a root in a scope. The root may be closed afterwards.
     *
     * @param ciphers the cipher objects of the engine; {@link GcmCiphers#forget} when the key is not served any more
     * @param random source of salts
     * @param nanoTime monotonic clock in nanoseconds, for the age of a salt
     */
    public static EnvelopeCipher of(
            RootKey root, Suite suite, Scope scope, GcmCiphers ciphers, SecureRandom random, LongSupplier nanoTime) {
        KeyId keyId = root.keyId(suite, scope);
        return root.withEncryptionKey(
                suite, scope, key -> new EnvelopeCipher(scope, keyId, key, ciphers, random, nanoTime));
    }

    /** The id of its data key. */
    public KeyId keyId() {
        return keyId;
    }

    /** The scope it serves. */
    public Scope scope() {
        return scope;
    }

    /** Whether its key was {@linkplain GcmCiphers#forget forgotten} since: it works on, but no cipher is kept for it. */
    public boolean forgotten() {
        return holder.forgotten();
    }

    /**
     * Encrypts an inner layout.
     *
     * @param row null in FIELD mode, required in ROW mode
     * @throws IllegalArgumentException if mode and row do not fit
     */
    public byte[] encrypt(Mode mode, @Nullable RowId row, byte[] inner) {
        byte[] envelope = new byte[Math.addExact(inner.length, EnvelopeHead.INNER_OFFSET + EnvelopeHead.TAG_BYTES)];
        System.arraycopy(inner, 0, envelope, EnvelopeHead.INNER_OFFSET, inner.length);
        encryptInPlace(mode, row, envelope, nanoTime.getAsLong());
        return envelope;
    }

    /**
     * Makes an envelope of an array that holds the inner layout where its ciphertext will stand.
     *
     * @param row null in FIELD mode, required in ROW mode
     * @param envelope room for the head, the inner layout, room for the tag; after a failure it must not be used
     * @param now monotonic clock in nanoseconds, just read
     * @throws IllegalArgumentException if mode and row do not fit
     */
    public void encryptInPlace(Mode mode, @Nullable RowId row, byte[] envelope, long now) {
        requireRow(mode, row);
        boolean fieldMode = mode == Mode.FIELD;
        byte[] head = fieldMode ? fieldHead : head(mode);
        byte[] aad = fieldMode ? fieldAad : aad(head, row);
        Salted salted = writer.next(now);
        System.arraycopy(head, 0, envelope, 0, head.length);
        salted.copySaltTo(envelope, EnvelopeHead.SALT_OFFSET);
        try {
            ciphers.encryptInPlace(salted.key(), aad, envelope, EnvelopeHead.IV_OFFSET, now);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM refused to encrypt", e);
        }
    }

    /** Reads an inner layout where it was decrypted. It keeps nothing of the array, which is wiped and used again. */
    @FunctionalInterface
    public interface Reader<T> {

        /** Reads the first bytes of the array. */
        @Nullable
        T read(byte[] inner, int length);
    }

    /**
     * Decrypts an envelope to its inner layout.
     *
     * @param row null in FIELD mode, required for an envelope of ROW mode
     * @throws MalformedException if it is no envelope, or its mode is not {@code mode}
     * @throws CannotOpenException for any other reason, without detail
     */
    public byte[] decrypt(Mode mode, @Nullable RowId row, byte[] envelope) {
        byte[] aad = aadOf(mode, row, envelope);
        try {
            GcmCiphers.Key key = readers.at(envelope, EnvelopeHead.SALT_OFFSET);
            return ciphers.decrypt(key, envelope, EnvelopeHead.IV_OFFSET, aad);
        } catch (GeneralSecurityException e) {
            throw new CannotOpenException(scope.field().value());
        }
    }

    /**
     * The same for a reader, without a copy in between.
     *
     * @throws MalformedException as {@link #decrypt(Mode, RowId, byte[])}
     * @throws CannotOpenException as {@link #decrypt(Mode, RowId, byte[])}; what the reader throws is thrown as it is
     */
    public <T> @Nullable T decrypt(Mode mode, @Nullable RowId row, byte[] envelope, Reader<T> reader) {
        byte[] aad = aadOf(mode, row, envelope);
        try {
            GcmCiphers.Key key = readers.at(envelope, EnvelopeHead.SALT_OFFSET);
            return ciphers.decrypt(key, envelope, EnvelopeHead.IV_OFFSET, aad, reader);
        } catch (GeneralSecurityException e) {
            throw new CannotOpenException(scope.field().value());
        }
    }

    /** What an envelope is bound to, after a look at its head. */
    private byte[] aadOf(Mode mode, @Nullable RowId row, byte[] envelope) {
        requireRow(mode, row);
        String field = scope.field().value();
        EnvelopeHead.require(field, mode, envelope);
        if (!keyId.at(envelope, EnvelopeHead.KEY_ID_OFFSET)) {
            throw new CannotOpenException(field);
        }
        return mode == Mode.FIELD ? fieldAad : aad(head(mode), row);
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
