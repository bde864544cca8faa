package dev.tegula.blindindex;

import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The type of an attribute that holds a blind index: a MAC, computed when its row is written, of the value beside it. Or,
 * made with {@link #of}, a value to look for, which no column ever holds. Immutable.
 */
public final class BlindIndex {

    private final byte @Nullable [] bytes;
    private final @Nullable Object value;
    private final boolean candidates;

    private BlindIndex(byte @Nullable [] bytes, @Nullable Object value, boolean candidates) {
        this.bytes = bytes;
        this.value = value;
        this.candidates = candidates;
    }

    /**
     * A value to look for, where an API wants the attribute's own type: a query parameter. Several values are a list, in the
     * order of the index's parts.
     */
    public static BlindIndex of(Object value) {
        return new BlindIndex(null, requireNonNull(value, "value: give what to look for, or test for null"), false);
    }

    /**
     * A value to look for in an index that was cut, which finds rows of some other values too. The caller who asks for these compares
     * the values of what is found.
     */
    public static BlindIndex candidates(Object value) {
        return new BlindIndex(null, requireNonNull(value, "value: give what to look for, or test for null"), true);
    }

    /** What a column holds. */
    public static BlindIndex copyOf(byte[] stored) {
        return new BlindIndex(stored.clone(), null, false);
    }

    /** Whether this is a value to look for. */
    public boolean isValue() {
        return bytes == null;
    }

    /** Whether rows of other values may be found too. */
    public boolean isCandidates() {
        return candidates;
    }

    /**
     * A copy of what a column holds.
     *
     * @throws IllegalStateException for a value to look for
     */
    public byte[] bytes() {
        if (bytes == null) {
            throw new IllegalStateException("This BlindIndex is a value to look for, which has no bytes before it is a"
                    + " parameter of a query.");
        }
        return bytes.clone();
    }

    /**
     * The value to look for.
     *
     * @throws IllegalStateException for what a column holds, from which no value can be had
     */
    public Object value() {
        if (value == null) {
            throw new IllegalStateException("A stored BlindIndex does not hold its value.");
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof BlindIndex that)) {
            return false;
        }
        if (bytes != null && that.bytes != null) {
            return MessageDigest.isEqual(bytes, that.bytes);
        }
        return bytes == that.bytes && candidates == that.candidates && Objects.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return bytes == null ? 0 : Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes == null ? "BlindIndex[***]" : "BlindIndex[" + bytes.length + " bytes]";
    }
}
