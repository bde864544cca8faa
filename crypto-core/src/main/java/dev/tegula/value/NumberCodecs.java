package dev.tegula.value;

import dev.tegula.failure.ValueException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Encodings of numbers: fixed width, big-endian; big numbers in their shortest two's complement. */
final class NumberCodecs {

    static final Encoding<Byte> I8 =
            Encoding.fixed(Byte.class, ValueType.I8, Byte.BYTES, ByteBuffer::put, ByteBuffer::get);
    static final Encoding<Short> I16 = new Encoding<>(
            "Short",
            ValueType.I16,
            v -> ByteBuffer.allocate(Short.BYTES).putShort(v).array(),
            (stored, b) -> (short) integer(stored, b));
    static final Encoding<Integer> I32 = new Encoding<>(
            "Integer",
            ValueType.I32,
            v -> ByteBuffer.allocate(Integer.BYTES).putInt(v).array(),
            (stored, b) -> (int) integer(stored, b));
    static final Encoding<Long> I64 = new Encoding<>(
            "Long",
            ValueType.I64,
            v -> ByteBuffer.allocate(Long.BYTES).putLong(v).array(),
            NumberCodecs::integer);
    static final Encoding<Float> FLOAT32 = Encoding.fixed(
            Float.class,
            ValueType.FLOAT32,
            Float.BYTES,
            (b, v) -> b.putInt(Float.floatToIntBits(v)),
            NumberCodecs::float32);
    static final Encoding<Double> FLOAT64 = new Encoding<>(
            "Double",
            ValueType.FLOAT64,
            v -> ByteBuffer.allocate(Double.BYTES)
                    .putLong(Double.doubleToLongBits(v))
                    .array(),
            (stored, b) -> stored == ValueType.FLOAT32 ? (double) float32(b) : float64(b));
    static final Encoding<BigInteger> BIG_INTEGER =
            new Encoding<>("BigInteger", ValueType.BIG_INTEGER, BigInteger::toByteArray, (stored, b) -> minimal(b));
    static final Encoding<BigDecimal> DECIMAL =
            new Encoding<>("BigDecimal", ValueType.DECIMAL, NumberCodecs::decimal, (stored, b) -> {
                int scale = b.getInt();
                return new BigDecimal(minimal(b), scale);
            });

    private NumberCodecs() {}

    private static long integer(ValueType stored, ByteBuffer bytes) {
        return switch (stored) {
            case I8 -> bytes.get();
            case I16 -> bytes.getShort();
            case I32 -> bytes.getInt();
            case I64 -> bytes.getLong();
            default -> throw ValueException.typeMismatch(stored.name(), "integer");
        };
    }

    private static float float32(ByteBuffer bytes) {
        int bits = bytes.getInt();
        float value = Float.intBitsToFloat(bits);
        Encoding.require(Float.floatToIntBits(value) == bits, "a NaN is not the canonical one");
        return value;
    }

    private static double float64(ByteBuffer bytes) {
        long bits = bytes.getLong();
        double value = Double.longBitsToDouble(bits);
        Encoding.require(Double.doubleToLongBits(value) == bits, "a NaN is not the canonical one");
        return value;
    }

    private static byte[] decimal(BigDecimal value) {
        byte[] unscaled = value.unscaledValue().toByteArray();
        return ByteBuffer.allocate(Integer.BYTES + unscaled.length)
                .putInt(value.scale())
                .put(unscaled)
                .array();
    }

    private static BigInteger minimal(ByteBuffer bytes) {
        byte[] all = Encoding.rest(bytes);
        Encoding.require(all.length > 0, "a number has no bytes");
        BigInteger value = new BigInteger(all);
        Encoding.require(Arrays.equals(value.toByteArray(), all), "a number is not in its shortest form");
        return value;
    }
}
