package dev.tegula.blindindex;

import java.util.List;
import java.util.Set;

/**
 * Takes a text apart into what rows are found by: words, beginnings, pieces. Its result decides what is found for as long as the column
 * lives: whatever changes a result for any input is a new {@link #version}, with a new column. Thread-safe; the same on every JDK and
 * under every locale, as a {@link Normalizer}. Has a public constructor without parameters where an annotation names it.
 */
public interface Tokenizer {

    /** Its permanent name, 1 to 80 characters of {@code [a-z0-9_.]}; those that start with {@code tegula.} are Tegula's. */
    String id();

    /** Counts from 1. */
    int version();

    /**
     * The tokens of a value: what its row is found by. Maybe none.
     *
     * @throws dev.tegula.failure.MalformedException for a value that cannot be taken apart
     */
    Set<String> tokens(String value);

    /**
     * What somebody looks for who writes a query: its words, for example. Each is looked for by its {@link #tokensOf}, and compared
     * with what was found by {@link #holds}.
     *
     * @throws dev.tegula.failure.MalformedException as {@link #tokens}
     */
    default List<String> terms(String query) {
        return List.copyOf(tokens(query));
    }

    /** Tokens that every value has that holds the term; none if it is too short to have any. */
    default List<String> tokensOf(String term) {
        return List.of(term);
    }

    /** Whether a value really holds a term, so that its row was meant. */
    default boolean holds(String value, String term) {
        return tokens(value).contains(term);
    }
}
