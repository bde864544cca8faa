package dev.tegula.value;

/**
 * A value that does not print itself: in logs, debuggers and records it shows as {@code Sensitive[***]}.
 *
 * @param value the value
 * @param <T> its type
 */
public record Sensitive<T>(T value) {

    @Override
    public String toString() {
        return "Sensitive[***]";
    }
}
