package dev.tegula.blindindex;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The type of an attribute that holds blind tokens: MACs, computed when its row is written, of the words (or beginnings, or pieces) of the text
 * beside it. Or, made with {@link #all} or {@link #any}, what to look for, which no column ever holds. Immutable.
 */
public final class BlindTokens {

    private final byte @Nullable [][] stored;
    private final @Nullable String query;
    private final boolean any;

    private BlindTokens(byte @Nullable [][] stored, @Nullable String query, boolean any) {
        this.stored = stored;
        this.query = query;
        this.any = any;
    }

    /**
     * Rows whose text has each word of a query. More are found than have: compare with {@link #matches}.
     *
     * @param query as people write it
     */
    public static BlindTokens all(String query) {
        return new BlindTokens(null, requireNonNull(query, "query: give what to look for, or test for null"), false);
    }

    /**
     * Rows whose text has at least one word of a query. More are found than have: compare with {@link #matches}.
     *
     * @param query as people write it
     */
    public static BlindTokens any(String query) {
        return new BlindTokens(null, requireNonNull(query, "query: give what to look for, or test for null"), true);
    }

    /** What a column holds. */
    public static BlindTokens copyOf(byte[][] stored) {
        return new BlindTokens(copy(stored), null, false);
    }

    private static byte[][] copy(byte[][] tokens) {
        byte[][] copy = new byte[tokens.length][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = requireNonNull(tokens[i], "a token is null").clone();
        }
        return copy;
    }

    /** Whether this is something to look for. */
    public boolean isQuery() {
        return query != null;
    }

    /** Whether one word of the query is enough. */
    public boolean isAny() {
        return any;
    }

    /**
     * A copy of what a column holds.
     *
     * @throws IllegalStateException for something to look for
     */
    public byte[][] bytes() {
        if (stored == null) {
            throw new IllegalStateException(
                    "These BlindTokens are something to look for, which has no bytes before it is a"
                            + " parameter of a query.");
        }
        return copy(stored);
    }

    /**
     * What to look for, as it was written.
     *
     * @throws IllegalStateException for what a column holds, from which no text can be had
     */
    public String query() {
        if (query == null) {
            throw new IllegalStateException("Stored BlindTokens do not hold their text.");
        }
        return query;
    }

    /**
     * Whether a decrypted text really holds what was looked for. A query by tokens finds rows that do not: dummies and cut
     * MACs may be equal to a token, and words of several pieces may have them in different places.
     *
     * @param tokenizer that of the column
     * @param value the decrypted text; null holds nothing
     * @throws dev.tegula.failure.MalformedException if the tokeniser refuses one of them
     * @throws IllegalStateException for what a column holds
     */
    public boolean matches(Tokenizer tokenizer, @Nullable String value) {
        List<String> terms = tokenizer.terms(query());
        if (value == null || terms.isEmpty()) {
            return false;
        }
        Predicate<String> holds = term -> tokenizer.holds(value, term);
        return any ? terms.stream().anyMatch(holds) : terms.stream().allMatch(holds);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlindTokens that
                && any == that.any
                && Objects.equals(query, that.query)
                && Arrays.deepEquals(stored, that.stored);
    }

    @Override
    public int hashCode() {
        return stored == null ? 0 : Arrays.deepHashCode(stored);
    }

    @Override
    public String toString() {
        return stored == null ? "BlindTokens[***]" : "BlindTokens[" + stored.length + "]";
    }
}
