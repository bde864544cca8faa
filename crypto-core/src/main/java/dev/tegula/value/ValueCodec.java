package dev.tegula.value;

import java.util.Arrays;

/**
 * How one Java type is written inside an envelope. Stateless and thread-safe. {@link ValueCodecs} has those of the
 * format; a codec of your own (JSON of a record) uses one of the format's types.
 *
 * @param <T> the Java type
 */
public interface ValueCodec<T> {

    /** The Java type's name, for messages. */
    String javaType();

    /** The type it writes. */
    ValueType type();

    /** The bytes of a value, without the type. The array is read once, neither changed nor kept: it may be the value itself. */
    byte[] encode(T value);

    /**
     * The value of bytes.
     *
     * @param stored the stored type; {@link ValueType#readableAs} of {@link #type()} holds
     * @param source an array that holds the bytes; not to be changed or kept
     * @throws dev.tegula.failure.ValueException if the bytes are not in the encoding of the type
     */
    T decode(ValueType stored, byte[] source, int offset, int length);

    /**
     * Proves that what {@link #encode} made can be read, before it is stored. The codecs of the format read all that they
     * write; another codec is asked to decode, and may look closer.
     *
     * @throws dev.tegula.failure.ValueException if it could not be read
     */
    default void requireReadable(byte[] encoded) {
        var unused = decode(type(), encoded, 0, encoded.length);
    }

    /** A copy that shares no mutable state; the value itself where it is immutable. */
    default T copy(T value) {
        return value;
    }

    /** Whether {@link #copy} makes copies. */
    default boolean mutable() {
        return false;
    }

    /** Whether storing one in the place of the other would change nothing. */
    default boolean same(T one, T other) {
        return mutable() ? Arrays.equals(encode(one), encode(other)) : one.equals(other);
    }

    /** A hash that agrees with {@link #same}. */
    default int hash(T value) {
        return mutable() ? Arrays.hashCode(encode(value)) : value.hashCode();
    }
}
