package dev.tegula.bench;

import org.jspecify.annotations.Nullable;

/** What benchmarks share. */
final class Benchmarks {

    private Benchmarks() {}

    /** The value of a field that {@code @Setup} fills before anything reads it. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <T> T none() {
        return null;
    }

    /** A result that must be there. */
    static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("A value was expected");
        }
        return value;
    }
}
