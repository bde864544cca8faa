package dev.tegula.blindindex;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Whole words, in upper or lower case: {@code "O'Neill-Ferreira"} is found by {@code o}, {@code neill} and {@code ferreira}. A word is a run
 * of letters, digits and marks, so languages without spaces need {@link Trigrams}.
 */
public final class Words implements Tokenizer {

    /** Stateless. */
    public Words() {}

    @Override
    public String id() {
        return "tegula.words";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Set<String> tokens(String value) {
        return new LinkedHashSet<>(TextWords.of(value));
    }

    @Override
    public List<String> terms(String query) {
        return TextWords.of(query);
    }
}
