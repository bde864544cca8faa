package dev.tegula.hibernate.json;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.ValueException;
import dev.tegula.value.Sensitive;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;
import dev.tegula.value.ValueType;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * Writes records, other classes, {@code Map} and {@code List} as JSON in UTF-8, with a mapper of its own that no
 * application configures. Properties are in the order of their names and map entries in the order of their keys, so that
 * equal values have equal bytes. Failures keep neither the message nor the cause of Jackson, which quote the input.
 */
public final class JsonCodec<T> implements ValueCodec<T> {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new IsoTimes())
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final String javaType;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    private JsonCodec(JavaType type) {
        this.javaType = type.toCanonical();
        this.writer = MAPPER.writerFor(type);
        this.reader = MAPPER.readerFor(type);
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
        JavaType resolved = MAPPER.constructType(type);
        Class<?> raw = resolved.getRawClass();
        boolean container = resolved.isMapLikeType() || resolved.isCollectionLikeType();
        boolean own = !raw.isInterface() && !raw.isPrimitive() && !raw.getName().startsWith("java");
        if (!container && !own) {
            throw new ConfigurationException("No encoding for " + type.getTypeName()
                    + ". Known are String, byte[], boolean, char, numbers, BigInteger, BigDecimal, UUID, enums, java.time,"
                    + " records and other classes of yours, Map and List as JSON, and Sensitive<T> of each.");
        }
        return resolved;
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
        } catch (IOException | RuntimeException e) {
            throw ValueException.codec(javaType, e.getClass());
        }
    }

    @Override
    @SuppressWarnings("UnusedException") // Jackson quotes its input
    public T decode(ValueType stored, byte[] source, int offset, int length) {
        T value;
        try {
            value = reader.readValue(source, offset, length);
        } catch (IOException | RuntimeException e) {
            throw ValueException.codec(javaType, e.getClass());
        }
        if (value == null) {
            throw ValueException.malformed("its JSON is null");
        }
        return value;
    }

    @Override
    public T copy(T value) {
        byte[] json = encode(value);
        return decode(ValueType.JSON, json, 0, json.length);
    }

    @Override
    public boolean mutable() {
        return true;
    }
}
