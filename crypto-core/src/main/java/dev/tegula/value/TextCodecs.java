package dev.tegula.value;

import dev.tegula.envelope.StrictText;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Encodings of text, bytes, enums and the small rest. */
final class TextCodecs {

    static final Encoding<String> STRING =
            new Encoding<>("String", ValueType.STRING, v -> StrictText.encode("value", v), (stored, b) -> text(b));
    static final Encoding<Boolean> BOOLEAN =
            Encoding.fixed(Boolean.class, ValueType.BOOLEAN, 1, (b, v) -> b.put((byte) (v ? 1 : 0)), TextCodecs::bool);
    static final Encoding<Character> CHAR =
            Encoding.fixed(Character.class, ValueType.CHAR, Character.BYTES, ByteBuffer::putChar, ByteBuffer::getChar);
    static final Encoding<UUID> UUID_16 = Encoding.fixed(
            UUID.class,
            ValueType.UUID,
            16,
            (b, v) -> b.putLong(v.getMostSignificantBits()).putLong(v.getLeastSignificantBits()),
            b -> new UUID(b.getLong(), b.getLong()));

    private TextCodecs() {}

    /** Arrays are mutable, so this one copies. */
    static final class Bytes implements ValueCodec<byte[]> {
        @Override
        public String javaType() {
            return "byte[]";
        }

        @Override
        public ValueType type() {
            return ValueType.BYTES;
        }

        @Override
        public byte[] encode(byte[] value) {
            return value;
        }

        @Override
        public byte[] decode(ValueType stored, byte[] source, int offset, int length) {
            return Arrays.copyOfRange(source, offset, offset + length);
        }

        @Override
        public void requireReadable(byte[] encoded) {
            // any bytes are
        }

        @Override
        public byte[] copy(byte[] value) {
            return value.clone();
        }

        @Override
        public boolean mutable() {
            return true;
        }
    }

    /** By the constant's name: its position may change between releases of an application, its name is its meaning. */
    static <E extends Enum<E>> Encoding<E> constants(Class<E> type) {
        Map<String, E> byName =
                Arrays.stream(type.getEnumConstants()).collect(Collectors.toMap(Enum::name, Function.identity()));
        return new Encoding<>(
                type.getSimpleName(), ValueType.ENUM, v -> StrictText.encode("value", v.name()), (stored, b) -> {
                    E constant = byName.get(text(b));
                    if (constant == null) {
                        throw ValueException.malformed("its constant is not in " + type.getSimpleName()
                                + ". Constants are stored by name: was one renamed or removed? Bring the old name back, or map"
                                + " the field as a String");
                    }
                    return constant;
                });
    }

    static String text(ByteBuffer bytes) {
        int length = bytes.remaining();
        int offset = bytes.arrayOffset() + bytes.position();
        bytes.position(bytes.limit());
        try {
            return StrictText.decode("value", bytes.array(), offset, length);
        } catch (MalformedException e) {
            throw ValueException.malformed("its text is not UTF-8");
        }
    }

    private static boolean bool(ByteBuffer bytes) {
        byte value = bytes.get();
        Encoding.require(value == 0 || value == 1, "a boolean is neither 00 nor 01");
        return value == 1;
    }
}
