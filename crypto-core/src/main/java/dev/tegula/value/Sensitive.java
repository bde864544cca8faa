package dev.tegula.value;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value that does not print itself: in logs, debuggers and records it shows as {@code Sensitive[***]}. It has no property
 * that a JSON library would find, so that an answer or a log with one fails instead of showing it.
 *
 * @param <T> its type
 */
public final class Sensitive<T> {

    private final T held;

    /**
     * Holds a value; for no value the attribute itself is null.
     *
     * @throws NullPointerException without one
     */
    public Sensitive(T value) {
        this.held = Objects.requireNonNull(
                value, "value: a Sensitive holds one; where there is none, use null in its place");
    }

    /** The value. */
    public T value() {
        return held;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Sensitive<?> that && held.equals(that.held);
    }

    @Override
    public int hashCode() {
        return held.hashCode();
    }

    @Override
    public String toString() {
        return "Sensitive[***]";
    }
}
