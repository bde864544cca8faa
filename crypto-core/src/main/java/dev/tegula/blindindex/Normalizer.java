package dev.tegula.blindindex;

/**
 * Brings values that count as equal to one form, before a blind index is computed. Its result decides what is found and what
 * is a duplicate, for as long as the index lives: whatever changes a result for any input is a new {@link #version}, with
 * a new index. Thread-safe; the same on every JDK and under every locale ({@code toLowerCase(Locale.ROOT)} is not, see
 * {@link IgnoreCase}). Has a public constructor without parameters where an annotation names it.
 *
 * @param <T> what it takes; the value inside of a {@code Sensitive}
 */
public interface Normalizer<T> {

    /** Its permanent name, 1 to 100 characters of {@code [a-z0-9_.]}; those that start with {@code tegula.} are Tegula's. */
    String id();

    /** Counts from 1. */
    int version();

    /**
     * The form of a value: a String, or another type with an encoding in the format and a fixed equality (no floating point).
     * An empty text is refused later: everything that came out empty would be equal.
     *
     * @throws dev.tegula.failure.MalformedException for a value that has no form
     */
    Object normalize(T value);
}
