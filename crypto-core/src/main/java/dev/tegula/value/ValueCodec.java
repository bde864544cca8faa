package dev.tegula.value;

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

    /** The bytes of a value, without the type. The array is used once and not kept. */
    byte[] encode(T value);

    /**
     * The value of bytes.
     *
     * @param stored the stored type; {@link ValueType#readableAs} of {@link #type()} holds
     * @param source an array that holds the bytes; not to be changed or kept
     * @throws dev.tegula.failure.ValueException if the bytes are not in the encoding of the type
     */
    T decode(ValueType stored, byte[] source, int offset, int length);

    /** A copy that shares no mutable state; the value itself where it is immutable. */
    default T copy(T value) {
        return value;
    }

    /** Whether {@link #copy} makes copies. */
    default boolean mutable() {
        return false;
    }
}
