package dev.tegula.value;

import dev.tegula.failure.TegulaException;
import dev.tegula.failure.ValueException;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * A codec made of two functions. The reader must consume every byte; whatever else it throws is reported by the class of
 * the exception only, because messages of parsers quote their input.
 */
record Encoding<T>(String javaType, ValueType type, Function<T, byte[]> writer, Reader<T> reader)
        implements ValueCodec<T> {

    /** Reads a value of the stored type; the buffer holds exactly its bytes. */
    interface Reader<T> {
        T read(ValueType stored, ByteBuffer bytes);
    }

    /** An encoding of fixed width. */
    static <T> Encoding<T> fixed(
            Class<T> javaType, ValueType type, int width, Writer<T> writer, Function<ByteBuffer, T> reader) {
        return new Encoding<>(
                javaType.getSimpleName(),
                type,
                value -> writer.write(ByteBuffer.allocate(width), value).array(),
                (stored, bytes) -> reader.apply(bytes));
    }

    /** Writes a value into a buffer of the right size. */
    interface Writer<T> {
        ByteBuffer write(ByteBuffer target, T value);
    }

    @Override
    public byte[] encode(T value) {
        return writer.apply(value);
    }

    @Override
    public T decode(ValueType stored, byte[] source, int offset, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(source, offset, length).slice();
        T value;
        try {
            value = reader.read(stored, bytes);
        } catch (TegulaException e) {
            throw e;
        } catch (RuntimeException e) {
            throw ValueException.reading(javaType, e.getClass());
        }
        if (bytes.hasRemaining()) {
            throw ValueException.malformed("a " + javaType + " has " + bytes.remaining() + " bytes too many");
        }
        return value;
    }

    @Override
    public void requireReadable(byte[] encoded) {
        // every value of a type of the format has an encoding that its reader takes
    }

    static void require(boolean condition, String what) {
        if (!condition) {
            throw ValueException.malformed(what);
        }
    }

    static byte[] rest(ByteBuffer bytes) {
        byte[] out = new byte[bytes.remaining()];
        bytes.get(out);
        return out;
    }
}
