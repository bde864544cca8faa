package dev.tegula.blindindex;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Pieces of three characters: {@code Ferreira} is found by {@code erre} too. Words of fewer than three are not found. Of the three tokenisers
 * the one that shows most.
 */
public final class Trigrams implements Tokenizer {

    private static final int SIZE = 3;

    /** Stateless. */
    public Trigrams() {}

    @Override
    public String id() {
        return "tegula.trigrams";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Set<String> tokens(String value) {
        Set<String> tokens = new LinkedHashSet<>();
        TextWords.of(value).forEach(word -> tokens.addAll(tokensOf(word)));
        return tokens;
    }

    @Override
    public List<String> terms(String query) {
        return TextWords.of(query);
    }

    @Override
    public List<String> tokensOf(String term) {
        List<String> tokens = new ArrayList<>();
        for (int from = 0; from + SIZE <= TextWords.length(term); from++) {
            tokens.add(TextWords.cut(term, from, from + SIZE));
        }
        return tokens;
    }

    @Override
    public boolean holds(String value, String term) {
        return TextWords.of(value).stream().anyMatch(word -> word.contains(term));
    }
}
