package dev.tegula.value;

import dev.tegula.failure.TegulaException;
import dev.tegula.failure.ValueException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The inner layout: type byte (bit 7: padded), u32 length if padded, value, zeros. It describes itself, so that rows
 * written under another padding policy still read.
 */
public final class Inner {

    private static final int PADDED = 0x80;
    /** The largest padding step. */
    public static final int MAX_PAD_BYTES = 1 << 16;

    private Inner() {}

    /**
     * Writes a value, or the sealed NULL for null. What the codec could not read back is refused.
     *
     * @param padToBytes 0 for no padding, else the multiple to which the value is padded, at most {@link #MAX_PAD_BYTES}
     * @throws ValueException if the codec fails, or could not read what it wrote
     */
    public static <T> byte[] encode(ValueCodec<T> codec, @Nullable T value, int padToBytes) {
        return encode(codec, value, padToBytes, 0, 0);
    }

    /**
     * The same with room around it, so that what encrypts it need not copy it.
     *
     * @param before bytes left zero before the layout
     * @param behind bytes left zero behind it
     */
    public static <T> byte[] encode(ValueCodec<T> codec, @Nullable T value, int padToBytes, int before, int behind) {
        byte[] bytes = value == null ? new byte[0] : readable(codec, value);
        ValueType type = value == null ? ValueType.NULL : codec.type();
        if (padToBytes == 0) {
            byte[] inner = new byte[Math.addExact(bytes.length, before + 1 + behind)];
            inner[before] = type.tag();
            System.arraycopy(bytes, 0, inner, before + 1, bytes.length);
            return inner;
        }
        int blocks = Math.max(1, (int) (((long) bytes.length + padToBytes - 1) / padToBytes));
        int size = Math.addExact(1 + Integer.BYTES, Math.multiplyExact(blocks, padToBytes));
        ByteBuffer inner =
                ByteBuffer.allocate(Math.addExact(size, before + behind)).position(before);
        inner.put((byte) (type.tag() | PADDED)).putInt(bytes.length).put(bytes);
        return inner.array();
    }

    /**
     * Reads a value; null for the sealed NULL.
     *
     * @throws ValueException if the layout is malformed, or the type cannot be read by the codec
     */
    public static <T> @Nullable T decode(ValueCodec<T> codec, byte[] inner) {
        return decode(codec, inner, inner.length);
    }

    /** The same of the first bytes of an array. */
    public static <T> @Nullable T decode(ValueCodec<T> codec, byte[] inner, int end) {
        if (end == 0) {
            throw ValueException.malformed("it is empty");
        }
        ValueType stored = ValueType.ofTag(inner[0] & 0x7f)
                .orElseThrow(() -> ValueException.malformed("its type is not in the table"));
        int offset = 1;
        int length = end - 1;
        if ((inner[0] & PADDED) != 0) {
            offset += Integer.BYTES;
            length = paddedLength(inner, end);
        }
        if (stored == ValueType.NULL) {
            if (length != 0) {
                throw ValueException.malformed("a sealed NULL holds bytes");
            }
            return null;
        }
        if (!stored.readableAs(codec.type())) {
            throw ValueException.typeMismatch(stored.name(), codec.type().name());
        }
        try {
            return codec.decode(stored, inner, offset, length);
        } catch (TegulaException e) {
            throw e;
        } catch (RuntimeException e) {
            throw ValueException.reading(codec.javaType(), e.getClass());
        }
    }

    private static <T> byte[] readable(ValueCodec<T> codec, T value) {
        try {
            byte[] bytes = codec.encode(value);
            codec.requireReadable(bytes);
            return bytes;
        } catch (TegulaException e) {
            throw e;
        } catch (RuntimeException e) {
            throw ValueException.writing(codec.javaType(), e.getClass());
        }
    }

    /**
     * Whether a codec is one of the format's, alone or inside a {@link Sensitive}, which keep nothing of the array that they read:
     * one of others may.
     */
    public static boolean keepsNothing(ValueCodec<?> codec) {
        ValueCodec<?> plain = ValueCodecs.plain(codec);
        return plain instanceof Encoding || plain instanceof TextCodecs.Bytes;
    }

    private static int paddedLength(byte[] inner, int end) {
        int start = 1 + Integer.BYTES;
        if (end < start) {
            throw ValueException.malformed("its length field is cut");
        }
        int length = ByteBuffer.wrap(inner).getInt(1);
        if (length < 0 || length > end - start) {
            throw ValueException.malformed("its length is beyond its end");
        }
        for (int i = start + length; i < end; i++) {
            if (inner[i] != 0) {
                throw ValueException.malformed("its padding is not zero");
            }
        }
        return length;
    }
}
