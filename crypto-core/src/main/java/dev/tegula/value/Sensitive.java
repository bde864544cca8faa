package dev.tegula.value;

import java.util.Objects;

/**
 * A value that does not print itself: in logs, debuggers and records it shows as {@code Sensitive[***]}.
 *
 * @param value the value
 * @param <T> its type
 */
public record Sensitive<T>(T value) {

    /** For no value the attribute itself is null. */
    public Sensitive {
        Objects.requireNonNull(value, "value: a Sensitive holds one; where there is none, use null in its place");
    }

    @Override
    public String toString() {
        return "Sensitive[***]";
    }
}
