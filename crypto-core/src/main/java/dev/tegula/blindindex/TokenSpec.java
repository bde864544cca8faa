package dev.tegula.blindindex;

import static java.util.Objects.requireNonNull;

import dev.tegula.cipher.IndexMac;
import dev.tegula.cipher.IndexParameters;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.StrictText;
import dev.tegula.envelope.Tuple;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.ValueException;
import dev.tegula.value.ValueType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** How blind tokens are computed. Immutable; a change of anything but {@link #perTenant} makes other tokens. */
public final class TokenSpec {

    /** The most tokens of a text. */
    public static final int MAX_TOKENS = 4096;

    private static final String OURS = "tegula.";
    private static final int MAX_ID = 80;
    private static final int DEFAULT_SIZE_BYTES = 8;
    private static final int DEFAULT_STEP = 8;

    private final FieldId field;
    private final Tokenizer tokenizer;
    private final String name;
    private final int sizeBytes;
    private final int step;
    private final boolean perTenant;
    private final IndexParameters parameters;

    private TokenSpec(FieldId field, Tokenizer tokenizer, String name, int sizeBytes, int step, boolean perTenant) {
        this.field = field;
        this.tokenizer = tokenizer;
        this.name = requireNonNull(name, "name: give one, or leave the call out");
        this.sizeBytes = sizeBytes;
        this.step = step;
        this.perTenant = perTenant;
        this.parameters = IndexParameters.ofTokens(
                name,
                sizeBytes * Byte.SIZE,
                step,
                IndexParameters.part(field, ValueType.STRING.tag(), tokenizer.id(), tokenizer.version()));
    }

    /**
     * Tokens of a field of text over all tenants, 8 bytes each, their number a multiple of 8.
     *
     * @throws ConfigurationException for a tokeniser that calls itself one of Tegula's, or whose id is too long
     * @throws MalformedException for a field, or an id or version of a tokeniser, outside of the grammar
     */
    public static TokenSpec of(String field, Tokenizer tokenizer) {
        requireNonNull(tokenizer, "tokenizer: give one, for example new Words()");
        boolean own = tokenizer instanceof Words || tokenizer instanceof Prefixes || tokenizer instanceof Trigrams;
        String id = tokenizer.id();
        if (!own && id.startsWith(OURS)) {
            throw new ConfigurationException(field + ": the ids of tokenisers that start with `tegula.` are Tegula's; "
                    + tokenizer.getClass().getName() + " needs another one.");
        }
        if (id.length() > MAX_ID) {
            throw new ConfigurationException(field + ": the id of a tokeniser has at most " + MAX_ID
                    + " characters; that of " + tokenizer.getClass().getName() + " has " + id.length() + ".");
        }
        return new TokenSpec(FieldId.of(field), tokenizer, "", DEFAULT_SIZE_BYTES, DEFAULT_STEP, false);
    }

    /** The same under a permanent name: tells apart what would be the same tokens otherwise, so that nobody can join them. */
    public TokenSpec named(String chosen) {
        return new TokenSpec(field, tokenizer, chosen, sizeBytes, step, perTenant);
    }

    /** The same for each tenant, under keys of their own: equal words of two tenants are not seen to be equal. */
    public TokenSpec withKeyPerTenant() {
        return new TokenSpec(field, tokenizer, name, sizeBytes, step, true);
    }

    /**
     * The same in other numbers.
     *
     * @param bytes of a token, 2 to 32: fewer make more different words look equal, and more rows be found in vain
     * @throws MalformedException outside of that
     */
    public TokenSpec cutToBytes(int bytes) {
        return new TokenSpec(field, tokenizer, name, bytes, step, perTenant);
    }

    /**
     * The same in other numbers.
     *
     * @param multiple what the number of tokens is a multiple of, 1 to 64: 1 shows how many words a text has
     * @throws MalformedException outside of that
     */
    public TokenSpec padToMultiple(int multiple) {
        return new TokenSpec(field, tokenizer, name, sizeBytes, multiple, perTenant);
    }

    /** The field whose INDEX keys it uses. */
    public FieldId field() {
        return field;
    }

    /** What takes texts apart. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Its name, or empty. */
    public String name() {
        return name;
    }

    /** How many bytes a token has. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** What the number of tokens is a multiple of. */
    public int step() {
        return step;
    }

    /** Whether each tenant has tokens of its own. */
    public boolean perTenant() {
        return perTenant;
    }

    IndexParameters parameters() {
        return parameters;
    }

    /**
     * The tokens of a text, as secret as it. Ascending.
     *
     * @throws MalformedException if the tokeniser refuses it, or it has too many
     * @throws ValueException if the tokeniser fails
     */
    public List<byte[]> items(String value) {
        List<byte[]> items = items(guarded(() -> tokenizer.tokens(value)));
        if (items.size() > MAX_TOKENS) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    field + ": a text has at most " + MAX_TOKENS + " different tokens, and this has " + items.size()
                            + ". Keep tokens of shorter texts only, or fewer of each (Words in place of Prefixes or"
                            + " Trigrams).");
        }
        return items;
    }

    /**
     * The tokens that rows have which a query asks for. Never none.
     *
     * @throws MalformedException if the tokeniser refuses it, or it has no token to look for
     * @throws ValueException if the tokeniser fails
     */
    public List<byte[]> wanted(BlindTokens query) {
        List<String> terms = guarded(() -> tokenizer.terms(query.query()));
        List<String> tokens = new ArrayList<>();
        boolean missing = terms.isEmpty();
        for (String term : terms) {
            List<String> own = guarded(() -> tokenizer.tokensOf(term));
            missing |= own.isEmpty();
            tokens.addAll(query.isAny() && !own.isEmpty() ? own.subList(0, 1) : own);
        }
        if (tokens.isEmpty() || (missing && query.isAny())) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    field + ": "
                            + (tokens.isEmpty()
                                    ? "the query has no token"
                                    : "one of the words to look for has no token")
                            + " of " + tokenizer.id()
                            + ", by which rows could be found. Ask for more or longer words; nothing"
                            + " was looked for.");
        }
        return items(Set.copyOf(tokens));
    }

    private <R> R guarded(Supplier<R> work) {
        try {
            return work.get();
        } catch (MalformedException e) {
            throw new MalformedException(e.kind(), field + ": " + e.getMessage());
        } catch (TegulaException e) {
            throw e;
        } catch (RuntimeException e) {
            // Neither message nor cause: they may quote the text.
            throw ValueException.writing(tokenizer.getClass().getSimpleName(), e.getClass())
                    .in(field.value());
        }
    }

    private List<byte[]> items(Collection<String> tokens) {
        TreeSet<byte[]> items = new TreeSet<>(Arrays::compareUnsigned);
        for (String token : tokens) {
            byte[] text = StrictText.encode("token", token);
            items.add(ByteBuffer.allocate(1 + text.length)
                    .put(ValueType.STRING.tag())
                    .put(text)
                    .array());
        }
        return List.copyOf(items);
    }

    /** What a row holds: the blind tokens of these items and dummies, ascending. */
    public byte[][] stored(IndexMac mac, List<byte[]> items) {
        TreeSet<byte[]> found = new TreeSet<>(Arrays::compareUnsigned);
        items.forEach(item -> found.add(mac.compute(parameters, Tuple.of(item))));
        int wanted = Math.max(1, (found.size() + step - 1) / step) * step;
        byte[] all = Tuple.of(items.toArray(byte[][]::new));
        for (int i = 0; found.size() < wanted; i++) {
            byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
            found.add(mac.compute(parameters, Tuple.of(number, all)));
        }
        return found.toArray(byte[][]::new);
    }

    /** What the next column of a row holds: the id of the key, and what {@link #stored} gives under it. */
    public byte[][] next(IndexMac mac, List<byte[]> items) {
        return Stream.concat(Stream.of(mac.keyId().bytes()), Arrays.stream(stored(mac, items)))
                .toArray(byte[][]::new);
    }

    /** The blind tokens of these items alone, ascending. */
    public byte[][] lookedFor(IndexMac mac, List<byte[]> items) {
        TreeSet<byte[]> found = new TreeSet<>(Arrays::compareUnsigned);
        items.forEach(item -> found.add(mac.compute(parameters, Tuple.of(item))));
        return found.toArray(byte[][]::new);
    }

    @Override
    public String toString() {
        return "TokenSpec[" + field + " " + tokenizer.id() + " v" + tokenizer.version()
                + (name.isEmpty() ? "" : " " + name) + ", " + sizeBytes + " bytes, multiples of " + step + "]";
    }
}
