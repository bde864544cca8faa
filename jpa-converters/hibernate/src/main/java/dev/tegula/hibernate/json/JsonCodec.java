package dev.tegula.hibernate.json;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.ValueException;
import dev.tegula.value.Sensitive;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Writes records, other classes, {@code Map} and {@code List} as JSON in UTF-8, with a mapper of its own that no
 * application configures. Properties are in the order of their names and map entries in the order of their keys. What
 * cannot be read back is refused: a type when the codec is made, a value before it is stored. Failures keep neither the
 * message nor the cause of Jackson, which quote the input. Needs no Hibernate.
 */
public final class JsonCodec<T> implements ValueCodec<T> {

    private final String javaType;
    private final ObjectWriter writer;
    private final ObjectWriter comparing;
    private final ObjectReader reader;
    private final Set<String> properties;

    private JsonCodec(JavaType type) {
        this.javaType = type.toCanonical();
        this.properties = Readability.check(Json.STORED, type);
        this.writer = Json.STORED.writerFor(type);
        this.comparing = Json.COMPARED.writerFor(type);
        this.reader = Json.STORED.readerFor(type);
    }

    /**
     * The codec of a class without type parameters.
     *
     * @throws ConfigurationException as {@link #of(Type)}
     */
    @SuppressWarnings("unchecked")
    public static <T> ValueCodec<T> of(Class<T> type) {
        return (ValueCodec<T>) of((Type) type);
    }

    /**
     * The codec of a type.
     *
     * @throws ConfigurationException for a type that Jackson cannot write and read, an interface other than Map,
     *     Collection and their kin, and {@code Object}
     */
    public static ValueCodec<?> of(Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == Sensitive.class) {
            return ValueCodecs.sensitive(new JsonCodec<>(known(generic.getActualTypeArguments()[0])));
        }
        return new JsonCodec<>(known(type));
    }

    private static JavaType known(Type type) {
        JavaType resolved = Json.STORED.constructType(type);
        Class<?> raw = resolved.getRawClass();
        boolean container = resolved.isMapLikeType() || resolved.isCollectionLikeType();
        boolean own = !raw.isInterface() && !raw.isPrimitive() && !raw.getName().startsWith("java");
        if (!container && !own) {
            // Not Type.getTypeName: Hibernate's generic types say their owner's name in place of their package.
            throw new ConfigurationException("No encoding for " + resolved.toCanonical()
                    + (holdsOne(resolved) ? ". Make the attribute the type inside of it, which may be null" : "")
                    + ". Known are String, byte[], boolean, char, numbers, BigInteger, BigDecimal, UUID, enums, java.time,"
                    + " your records and other classes, Map and List as JSON, and Sensitive<T> of each.");
        }
        return resolved;
    }

    private static boolean holdsOne(JavaType type) {
        return type.isReferenceType()
                || Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class)
                        .contains(type.getRawClass());
    }

    @Override
    public String javaType() {
        return javaType;
    }

    @Override
    public ValueType type() {
        return ValueType.JSON;
    }

    @Override
    @SuppressWarnings("UnusedException") // Jackson quotes its input
    public byte[] encode(T value) {
        try {
            return writer.writeValueAsBytes(value);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw ValueException.unwritable(javaType, Cure.toWrite(e, properties));
        }
    }

    @Override
    @SuppressWarnings("UnusedException") // Jackson quotes its input
    public T decode(ValueType stored, byte[] source, int offset, int length) {
        T value;
        try {
            value = reader.readValue(source, offset, length);
        } catch (IOException | RuntimeException e) {
            throw ValueException.reading(javaType, e.getClass());
        }
        if (value == null) {
            throw ValueException.malformed("its JSON is null");
        }
        return value;
    }

    @Override
    public void requireReadable(byte[] encoded) {
        byte[] again = encode(backFrom(encoded));
        if (!Arrays.equals(encoded, again)) {
            lost(encoded, again).ifPresent(name -> {
                throw ValueException.unreadable(
                        javaType,
                        (properties.contains(name) ? "its property `" + name + "`" : "a part of it")
                                + " is written, but lost when it is read. Give the property a setter, a field of the same"
                                + " name or a parameter of the constructor, or leave it out with @JsonIgnore");
            });
        }
    }

    @SuppressWarnings("UnusedException") // Jackson quotes its input
    private T backFrom(byte[] encoded) {
        T value;
        try {
            value = reader.readValue(encoded);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw ValueException.unreadable(javaType, Cure.toRead(e, properties));
        }
        if (value == null) {
            throw ValueException.unreadable(javaType, "its JSON is null. Store null in its place");
        }
        return value;
    }

    @SuppressWarnings("UnusedException") // Jackson quotes its input
    private Optional<String> lost(byte[] encoded, byte[] again) {
        try {
            return Lost.between(Json.STORED.readTree(encoded), Json.STORED.readTree(again));
        } catch (IOException e) {
            throw ValueException.reading(javaType, e.getClass());
        }
    }

    @Override
    public T copy(T value) {
        return backFrom(encode(value));
    }

    @Override
    public boolean mutable() {
        return true;
    }

    /** By what is read back: a number keeps its value but not its class, a set its elements but not their order. */
    @Override
    public boolean same(T one, T other) {
        return Arrays.equals(encode(one), encode(other)) || compared(one).equals(compared(other));
    }

    @Override
    public int hash(T value) {
        return compared(value).hashCode();
    }

    @SuppressWarnings("UnusedException") // Jackson quotes its input
    private String compared(T value) {
        T again = copy(value);
        try {
            return Json.compared(comparing.writeValueAsString(again));
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw ValueException.unwritable(javaType, Cure.toWrite(e, properties));
        }
    }
}
