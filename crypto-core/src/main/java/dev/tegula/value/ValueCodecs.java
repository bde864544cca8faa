package dev.tegula.value;

import dev.tegula.failure.ConfigurationException;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The codecs of the format, by Java type. JSON is not among them: it comes with the Hibernate module. */
public final class ValueCodecs {

    private static final Map<Class<?>, ValueCodec<?>> BY_CLASS = byClass();

    private ValueCodecs() {}

    /**
     * The codec of a class; primitives are their wrappers.
     *
     * @throws ConfigurationException for a type without an encoding in the format
     */
    @SuppressWarnings("unchecked")
    public static <T> ValueCodec<T> of(Class<T> type) {
        return (ValueCodec<T>) of((Type) type);
    }

    /**
     * The codec of a class or of {@code Sensitive<T>}.
     *
     * @throws ConfigurationException for a type without an encoding in the format
     */
    public static ValueCodec<?> of(Type type) {
        ValueCodec<?> codec = find(type);
        if (codec == null) {
            throw new ConfigurationException(
                    "No encoding for " + type.getTypeName()
                            + ". Known are String, byte[], boolean, char, numbers, BigInteger, BigDecimal, UUID, enums, java.time"
                            + " and Sensitive<T> of each. Records, maps and lists are JSON: FieldSpec.of(field, JsonCodec.of(type)) with"
                            + " tegula-hibernate on the class path, which needs no Hibernate for that; or your own ValueCodec.");
        }
        return codec;
    }

    /** The codec of a type that has one Java class; empty for NULL, JSON, and enums, of which each class has its own. */
    public static Optional<ValueCodec<?>> ofType(ValueType type) {
        return BY_CLASS.values().stream()
                .<ValueCodec<?>>map(codec -> codec)
                .filter(codec -> codec.type() == type)
                .findFirst();
    }

    /** The codec of values inside a {@link Sensitive}; the bytes are the same. */
    public static <T> ValueCodec<Sensitive<T>> sensitive(ValueCodec<T> inside) {
        return new SensitiveCodec<>(inside);
    }

    /** The codec of what is inside of a {@link Sensitive}; another codec is itself. */
    public static ValueCodec<?> plain(ValueCodec<?> codec) {
        return codec instanceof SensitiveCodec<?> sensitive ? sensitive.inside() : codec;
    }

    /** Whether the type has an encoding here. */
    public static boolean knows(Type type) {
        return find(type) != null;
    }

    private static @Nullable ValueCodec<?> find(Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == Sensitive.class) {
            ValueCodec<?> inside = find(generic.getActualTypeArguments()[0]);
            return inside == null ? null : new SensitiveCodec<>(inside);
        }
        if (!(type instanceof Class<?> javaClass)) {
            return null;
        }
        Class<?> boxed = MethodType.methodType(javaClass).wrap().returnType();
        ValueCodec<?> codec = BY_CLASS.get(boxed);
        return codec == null && boxed.isEnum() ? constants(boxed) : codec;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static ValueCodec<?> constants(Class<?> type) {
        return TextCodecs.constants((Class) type);
    }

    private static Map<Class<?>, ValueCodec<?>> byClass() {
        Map<Class<?>, ValueCodec<?>> codecs = new HashMap<>(TimeCodecs.ALL);
        codecs.put(String.class, TextCodecs.STRING);
        codecs.put(byte[].class, new TextCodecs.Bytes());
        codecs.put(Boolean.class, TextCodecs.BOOLEAN);
        codecs.put(Character.class, TextCodecs.CHAR);
        codecs.put(UUID.class, TextCodecs.UUID_16);
        codecs.put(Byte.class, NumberCodecs.I8);
        codecs.put(Short.class, NumberCodecs.I16);
        codecs.put(Integer.class, NumberCodecs.I32);
        codecs.put(Long.class, NumberCodecs.I64);
        codecs.put(Float.class, NumberCodecs.FLOAT32);
        codecs.put(Double.class, NumberCodecs.FLOAT64);
        codecs.put(BigInteger.class, NumberCodecs.BIG_INTEGER);
        codecs.put(BigDecimal.class, NumberCodecs.DECIMAL);
        return Map.copyOf(codecs);
    }

    private record SensitiveCodec<T>(ValueCodec<T> inside) implements ValueCodec<Sensitive<T>> {
        @Override
        public String javaType() {
            return "Sensitive<" + inside.javaType() + ">";
        }

        @Override
        public ValueType type() {
            return inside.type();
        }

        @Override
        public byte[] encode(Sensitive<T> value) {
            return inside.encode(value.value());
        }

        @Override
        public Sensitive<T> decode(ValueType stored, byte[] source, int offset, int length) {
            return new Sensitive<>(inside.decode(stored, source, offset, length));
        }

        @Override
        public void requireReadable(byte[] encoded) {
            inside.requireReadable(encoded);
        }

        @Override
        public Sensitive<T> copy(Sensitive<T> value) {
            return inside.mutable() ? new Sensitive<>(inside.copy(value.value())) : value;
        }

        @Override
        public boolean mutable() {
            return inside.mutable();
        }

        @Override
        public boolean same(Sensitive<T> one, Sensitive<T> other) {
            return inside.same(one.value(), other.value());
        }

        @Override
        public int hash(Sensitive<T> value) {
            return inside.hash(value.value());
        }
    }
}
