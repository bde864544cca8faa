package dev.tegula;

import static java.util.Objects.requireNonNull;

import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.RefusedException;
import dev.tegula.keyring.Keyring;
import java.security.MessageDigest;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Computes and checks the blind tokens of one column, by which texts with given words are found; needs no JPA. Thread-safe. A row is written
 * with {@link #compute}, found with {@link #condition} and {@link #bind}, compared with {@link BlindTokens#matches}, and checked with
 * {@link #verify} whenever it is read.
 */
public final class FieldTokens {

    /**
     * How many parameters a {@link #condition} has. All but the last are for the tokens of all words, one for each live key, because
     * the tokens of a row are under one key; the last is for those of any.
     */
    public static final int PARAMETERS = 5;

    private final TokenSpec spec;
    private final Keyring keyring;
    private final IndexCalls calls;

    FieldTokens(TokenSpec spec, Keyring keyring) {
        this.spec = spec;
        this.keyring = keyring;
        this.calls = new IndexCalls(
                keyring,
                spec.field(),
                spec.perTenant(),
                new IndexCalls.Words("its blind tokens are", "them", "tokens"));
    }

    /** How they are computed. */
    public TokenSpec spec() {
        return spec;
    }

    /**
     * What the row of a text holds, under the ACTIVE key; null for null. Equal words give equal tokens, and equal sets of words equal arrays.
     *
     * @throws MalformedException if the tokeniser refuses the text or it has too many tokens; if the context has no tenant and the
     *     tokens need one, or the other way round
     * @throws dev.tegula.failure.ValueException if the tokeniser fails
     * @throws dev.tegula.failure.KeyUnknownException if the field has no key of purpose INDEX
     * @throws dev.tegula.failure.TegulaException if registry or KMS fail
     * @throws IllegalStateException if the engine was closed
     */
    public @Nullable BlindTokens compute(@Nullable String value, Context context) {
        Scope scope = calls.scope(context);
        if (value == null) {
            return null;
        }
        List<byte[]> items = spec.items(value);
        return calls.call(() -> BlindTokens.copyOf(spec.stored(keyring.indexWriter(scope), items)));
    }

    /**
     * What the next column of a row holds, so that the key can be replaced: the id of the newest key, and behind it the tokens
     * under that. Null while there is but the first key, and for null.
     *
     * @throws MalformedException as {@link #compute}
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     */
    public @Nullable BlindTokens computeNext(@Nullable String value, Context context) {
        Scope scope = calls.scope(context);
        if (value == null) {
            return null;
        }
        List<byte[]> items = spec.items(value);
        return calls.call(() -> keyring.indexNext(scope)
                .map(mac -> BlindTokens.copyOf(spec.next(mac, items)))
                .orElse(null));
    }

    /**
     * The condition that finds rows, for PostgreSQL, with {@value #PARAMETERS} parameters. It can use a GIN index of the column.
     *
     * @param column as it stands in SQL, quoted where it has to be
     */
    public static String condition(String column) {
        return Stream.iterate(0, slot -> slot < PARAMETERS, slot -> slot + 1)
                .map(slot -> column + operator(slot) + "cast(? as bytea[])")
                .collect(Collectors.joining(" or ", "(", ")"));
    }

    /** The operator before a parameter of a {@link #condition}, with blanks around it. */
    public static String operator(int slot) {
        return slot < PARAMETERS - 1 ? " @> " : " && ";
    }

    /**
     * Binds the parameters of a {@link #condition}.
     *
     * @param first the position of the first
     * @param query what to look for
     * @return the position after the last
     * @throws MalformedException as {@link #parameters}
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     */
    public int bind(PreparedStatement statement, int first, BlindTokens query, Context context) throws SQLException {
        int position = first;
        for (byte @Nullable [][] parameter : parameters(query, context)) {
            statement.setArray(
                    position,
                    parameter == null ? null : statement.getConnection().createArrayOf("bytea", parameter));
            position++;
        }
        return position;
    }

    /**
     * The parameters of a {@link #condition}, {@value #PARAMETERS} of them. Null finds nothing; none of them is without a token, which would
     * find everything.
     *
     * @throws MalformedException if the query has no token to look for, or the tokeniser refuses it
     * @throws RefusedException code {@code index-keys}, if the field has more live keys than a condition has parameters
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     */
    public List<byte @Nullable [][]> parameters(BlindTokens query, Context context) {
        requireNonNull(query, "query: give BlindTokens.all(…) or any(…)");
        Scope scope = calls.scope(context);
        List<byte[]> wanted = spec.wanted(query);
        List<byte[][]> found = calls.call(() -> keyring.indexReaders(scope).stream()
                .map(mac -> spec.lookedFor(mac, wanted))
                .toList());
        if (found.size() >= PARAMETERS) {
            throw new RefusedException(
                    "index-keys",
                    spec.field() + " has " + found.size()
                            + " live keys of purpose INDEX; its blind tokens are looked for"
                            + " under at most " + (PARAMETERS - 1)
                            + ". Retire those that no row needs: `tegula keys list " + spec.field() + "`.");
        }
        List<byte @Nullable [][]> parameters = new ArrayList<>();
        for (int slot = 0; slot < PARAMETERS - 1; slot++) {
            parameters.add(!query.isAny() && slot < found.size() ? found.get(slot) : null);
        }
        parameters.add(query.isAny() ? found.stream().flatMap(Arrays::stream).toArray(byte[][]::new) : null);
        return parameters;
    }

    /**
     * Checks what a row holds against its decrypted text. Without that, anyone who writes to the database puts the tokens of other
     * words into a row, which is then found by them, or takes its own away, so that it is not.
     *
     * <p>Those of a RETIRED key are right too: a transaction that began before a rotation ended reads rows as they were.
     *
     * @throws IntegrityException if it is not what {@link #compute} gives under a key of its field
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     */
    public void verify(byte @Nullable [][] stored, @Nullable String value, Context context) {
        verify(stored, value, context, calls::anyRead);
    }

    /**
     * The same for who reads a row as it is now: they must be those that are looked for.
     *
     * @throws IntegrityException if it is not what {@link #compute} gives under a live key
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     */
    public void verifyLive(byte @Nullable [][] stored, @Nullable String value, Context context) {
        verify(stored, value, context, calls::anyLive);
    }

    private void verify(byte @Nullable [][] stored, @Nullable String value, Context context, IndexCalls.Keys keys) {
        Scope scope = calls.scope(context);
        if (value == null && stored == null) {
            return;
        }
        if (stored == null) {
            throw missing();
        }
        if (value == null || !matches(stored, value, scope, keys)) {
            throw wrong();
        }
    }

    /**
     * Checks what the next column of a row holds. Null is as good as any: who wrote it knew the first key alone. So is what was
     * computed under a key that is not live any more.
     *
     * @throws IntegrityException if it is not what {@link #computeNext} gives under the key that it names, or there is no text
     * @throws dev.tegula.failure.TegulaException as {@link #compute}
     */
    public void verifyNext(byte @Nullable [][] stored, @Nullable String value, Context context) {
        Scope scope = calls.scope(context);
        if (stored == null) {
            return;
        }
        if (value == null
                || stored.length < 2
                || stored[0].length != KeyId.SIZE_BYTES
                || !nextMatches(stored, value, scope)) {
            throw wrong();
        }
    }

    private boolean nextMatches(byte[][] stored, String value, Scope scope) {
        KeyId keyId = KeyId.copyOf(stored[0], 0);
        List<byte[]> items = spec.items(value);
        return calls.call(() -> keyring.indexReaders(scope).stream()
                .filter(mac -> mac.keyId().equals(keyId))
                .allMatch(mac -> equal(stored, spec.next(mac, items))));
    }

    private IntegrityException missing() {
        return new IntegrityException(spec.field()
                + ": a row has a text and no blind tokens. It was written before there were any, or by something that does not"
                + " keep them, or somebody took the tokens away. Nothing was returned. Run `tegula index backfill "
                + spec.field()
                + "`; an application that says @BlindTokensOf(…, filling = true) loads such rows meanwhile, and"
                + " finds them by no look-up.");
    }

    private IntegrityException wrong() {
        return new IntegrityException(spec.field()
                + ": a row holds blind tokens that are not those of its text. Either somebody changed them in the"
                + " database, or the row was written by something that does not keep them. Nothing was returned. To mend it,"
                + " after you know why: set the tokens, and their next column, to NULL in the database and run `tegula index"
                + " backfill " + spec.field() + "`; or write the whole row again, without loading it first.");
    }

    private boolean matches(byte[][] stored, String value, Scope scope, IndexCalls.Keys keys) {
        List<byte[]> items = spec.items(value);
        return keys.any(scope, mac -> equal(stored, spec.stored(mac, items)));
    }

    private static boolean equal(byte[][] stored, byte[][] right) {
        boolean equal = stored.length == right.length;
        for (int i = 0; i < Math.min(stored.length, right.length); i++) {
            equal &= MessageDigest.isEqual(stored[i], right[i]);
        }
        return equal;
    }
}
