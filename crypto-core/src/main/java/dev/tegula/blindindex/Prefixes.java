package dev.tegula.blindindex;

import dev.tegula.failure.ConfigurationException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The beginnings of words: {@code Ferreira} is found by {@code fe}, {@code fer}, … while somebody types. Of 2 to 8 characters; for other
 * numbers make a class of your own with a constructor that calls {@link #Prefixes(int, int)}, which is all it may say.
 */
public class Prefixes implements Tokenizer {

    private static final int DEFAULT_MIN = 2;
    private static final int DEFAULT_MAX = 8;
    private static final int LONGEST = 32;

    private final int min;
    private final int max;

    /** Of 2 to 8 characters. */
    public Prefixes() {
        this(DEFAULT_MIN, DEFAULT_MAX);
    }

    /**
     * Of others.
     *
     * @param min characters of the shortest, from 1: shorter words are not found at all
     * @param max characters of the longest, to 32: of longer words in a query only so many are looked for, the rest is compared
     * @throws ConfigurationException outside of that
     */
    protected Prefixes(int min, int max) {
        if (min < 1 || max < min || max > LONGEST) {
            throw new ConfigurationException("Prefixes have 1 to " + LONGEST + " characters, and the longest is not"
                    + " shorter than the shortest; " + min + " to " + max + " is not possible.");
        }
        this.min = min;
        this.max = max;
    }

    @Override
    public final String id() {
        return "tegula.prefixes." + min + "." + max;
    }

    @Override
    public final int version() {
        return 1;
    }

    @Override
    public final Set<String> tokens(String value) {
        Set<String> tokens = new LinkedHashSet<>();
        for (String word : TextWords.of(value)) {
            int longest = Math.min(TextWords.length(word), max);
            for (int length = min; length <= longest; length++) {
                tokens.add(TextWords.cut(word, 0, length));
            }
        }
        return tokens;
    }

    @Override
    public final List<String> terms(String query) {
        return TextWords.of(query);
    }

    @Override
    public final List<String> tokensOf(String term) {
        int length = TextWords.length(term);
        return length < min ? List.of() : List.of(TextWords.cut(term, 0, Math.min(length, max)));
    }

    @Override
    public final boolean holds(String value, String term) {
        return TextWords.of(value).stream().anyMatch(word -> word.startsWith(term));
    }
}
