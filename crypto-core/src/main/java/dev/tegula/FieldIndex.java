package dev.tegula;

import static java.util.Objects.requireNonNull;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.cipher.IndexMac;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.keyring.Keyring;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Computes and checks one blind index; needs no JPA. Thread-safe. A row is written with {@link #compute}, found with
 * {@link #lookUp}, and checked with {@link #verify} whenever it is read.
 *
 * @param <T> what it is computed from
 */
public final class FieldIndex<T> {

    private final IndexSpec<T> spec;
    private final Keyring keyring;
    private final IndexCalls calls;

    FieldIndex(IndexSpec<T> spec, Keyring keyring) {
        this.spec = spec;
        this.keyring = keyring;
        this.calls = new IndexCalls(
                keyring, spec.field(), spec.perTenant(), new IndexCalls.Words("its blind index is", "it", "an index"));
    }

    /** How it is computed. */
    public IndexSpec<T> spec() {
        return spec;
    }

    /**
     * What the row of a value holds, under the ACTIVE key; null for null, and where one of several values is null.
     *
     * @throws MalformedException if nothing is left of the value after normalising, or its normaliser refuses it; if the
     *     context has no tenant and the index needs one, or the other way round
     * @throws dev.tegula.failure.ValueException if a normaliser fails
     * @throws dev.tegula.failure.KeyUnknownException if the field has no key of purpose INDEX
     * @throws dev.tegula.failure.TegulaException if registry or KMS fail
     * @throws IllegalStateException if the engine was closed
     */
    public @Nullable BlindIndex compute(@Nullable T value, Context context) {
        Scope scope = calls.scope(context);
        if (value == null || spec.isNull(value)) {
            return null;
        }
        byte[] input = spec.input(value);
        return calls.call(() -> BlindIndex.copyOf(spec.compute(keyring.indexWriter(scope), input)));
    }

    /**
     * What the next column of a row holds, so that the key can be replaced while UNIQUE holds: the index under the newest key,
     * behind the id of that. Null while there is but the first key, for null, and where one of several values is null.
     *
     * @throws MalformedException as {@link #compute}
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     */
    public @Nullable BlindIndex computeNext(@Nullable T value, Context context) {
        Scope scope = calls.scope(context);
        if (value == null || spec.isNull(value)) {
            return null;
        }
        byte[] input = spec.input(value);
        return calls.call(() -> keyring.indexNext(scope)
                .map(mac -> BlindIndex.copyOf(next(mac, input)))
                .orElse(null));
    }

    private byte[] next(IndexMac mac, byte[] input) {
        byte[] index = spec.compute(mac, input);
        byte[] next = Arrays.copyOf(mac.keyId().bytes(), KeyId.SIZE_BYTES + index.length);
        System.arraycopy(index, 0, next, KeyId.SIZE_BYTES, index.length);
        return next;
    }

    /**
     * Checks what the next column of a row holds. Null is as good as any: who wrote it knew the first key alone. So is what was
     * computed under a key that is not live any more.
     *
     * @throws IntegrityException if it is not the index of the value under the key that it names, or there is no value
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     */
    public void verifyNext(byte @Nullable [] stored, @Nullable T value, Context context) {
        Scope scope = calls.scope(context);
        if (stored == null) {
            return;
        }
        if (value == null
                || spec.isNull(value)
                || stored.length <= KeyId.SIZE_BYTES
                || !nextMatches(stored, value, scope)) {
            throw wrong();
        }
    }

    private boolean nextMatches(byte[] stored, T value, Scope scope) {
        KeyId keyId = KeyId.copyOf(stored, 0);
        byte[] input = spec.input(value);
        return calls.call(() -> keyring.indexReaders(scope).stream()
                .filter(mac -> mac.keyId().equals(keyId))
                .allMatch(mac -> MessageDigest.isEqual(stored, next(mac, input))));
    }

    /**
     * What the row of a value may hold: one for each key that may have been written under, at least one. For
     * {@code where ssn_index = any(?)} with {@code connection.createArrayOf("bytea", index.lookUp(…))}. Of an index that
     * was cut, compare the values of what is found.
     *
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     * @throws IllegalArgumentException for a list that holds null, which no row has an index of
     */
    public byte[][] lookUp(T value, Context context) {
        requireNonNull(value, "value: a row whose value is null has no index; test for null");
        Scope scope = calls.scope(context);
        if (spec.isNull(value)) {
            throw new IllegalArgumentException(
                    spec.field() + ": one of the values is null, and such rows have no index; test for null.");
        }
        byte[] input = spec.input(value);
        return calls.call(() -> keyring.indexReaders(scope).stream()
                .map(mac -> spec.compute(mac, input))
                .toArray(byte[][]::new));
    }

    /**
     * Checks what a row holds against its decrypted value. Without that, anyone who writes to the database copies the index of
     * somebody else's value to a row of their own, which is then found in its place.
     *
     * <p>One of a RETIRED key is right too: a transaction that began before a rotation ended reads rows as they were.
     *
     * @throws IntegrityException if it is not the index of the value under a key of its field, or is null and should not be, or
     *     the other way round
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     */
    public void verify(byte @Nullable [] stored, @Nullable T value, Context context) {
        verify(stored, value, context, calls::anyRead);
    }

    /**
     * The same for who reads a row as it is now: it must be one that {@link #lookUp} finds.
     *
     * @throws IntegrityException if it is not the index of the value under a live key, or as {@link #verify}
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     */
    public void verifyLive(byte @Nullable [] stored, @Nullable T value, Context context) {
        verify(stored, value, context, calls::anyLive);
    }

    private void verify(byte @Nullable [] stored, @Nullable T value, Context context, IndexCalls.Keys keys) {
        Scope scope = calls.scope(context);
        boolean none = value == null || spec.isNull(value);
        if (none && stored == null) {
            return;
        }
        if (stored == null) {
            throw missing();
        }
        if (none || value == null || !matches(stored, value, scope, keys)) {
            throw wrong();
        }
    }

    private IntegrityException missing() {
        return new IntegrityException(spec.field()
                + ": a row has a value and no blind index. It was written before there was one, or by something that does not"
                + " keep it, or somebody took the index away. Nothing was returned. Run `tegula index backfill "
                + spec.field()
                + "`; an application that says @BlindIndexOf(…, filling = true) loads such rows meanwhile, and finds them by no"
                + " look-up.");
    }

    private IntegrityException wrong() {
        return new IntegrityException(spec.field()
                + ": a row holds a blind index that is not that of its value. Either somebody changed the index in the"
                + " database, or the row was written by something that does not keep it. Nothing was returned. To mend it, after"
                + " you know why: set the index, and its next column, to NULL in the database and run `tegula index backfill "
                + spec.field() + "`; or write the whole row again, without loading it first.");
    }

    private boolean matches(byte[] stored, T value, Scope scope, IndexCalls.Keys keys) {
        byte[] input = spec.input(value);
        return keys.any(scope, mac -> MessageDigest.isEqual(stored, spec.compute(mac, input)));
    }
}
