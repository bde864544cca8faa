package dev.tegula.blindindex;

import static java.util.Objects.requireNonNull;

import dev.tegula.cipher.IndexParameters;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.ValueException;
import dev.tegula.value.Sensitive;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;
import dev.tegula.value.ValueType;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A field of a blind index and how its values are normalised.
 *
 * @param field the field
 * @param codec how its Java type is written
 * @param normalizer what brings equal values to one form
 */
public record IndexPart(FieldId field, ValueCodec<?> codec, Normalizer<?> normalizer) {

    private static final String OURS = "tegula.";

    /**
     * Checks that the values have an index.
     *
     * @throws ConfigurationException for floating point and JSON, for a normaliser of text on another type, and for a
     *     normaliser that calls itself one of Tegula's
     * @throws MalformedException for an id or version of a normaliser outside of the grammar
     */
    public IndexPart {
        requireNonNull(field, "field: give the id of the encrypted field");
        requireNonNull(codec, "codec: give the codec of its type");
        requireNonNull(normalizer, "normalizer: give one, or Exact");
        codec = ValueCodecs.plain(codec);
        if (type(codec.type()).isEmpty()) {
            throw new ConfigurationException(field + ": a " + codec.javaType()
                    + " has no blind index, because equal values of it may differ in their bytes.");
        }
        boolean text =
                normalizer instanceof Nfc || normalizer instanceof IgnoreCase || normalizer instanceof DigitsOnly;
        if (text && codec.type() != ValueType.STRING) {
            throw new ConfigurationException(
                    field + ": " + normalizer.getClass().getSimpleName() + " normalises text, and the field holds a "
                            + codec.javaType() + ". Use Exact, or your own Normalizer.");
        }
        if (!text && !(normalizer instanceof Exact) && normalizer.id().startsWith(OURS)) {
            throw new ConfigurationException(field + ": the ids of normalisers that start with `tegula.` are Tegula's; "
                    + normalizer.getClass().getName() + " needs another one.");
        }
        IndexParameters.part(field, ValueType.I64.tag(), normalizer.id(), normalizer.version());
    }

    byte[] parameters() {
        return IndexParameters.part(
                field, type(codec.type()).orElseThrow().tag(), normalizer.id(), normalizer.version());
    }

    /** Type and bytes of a value after normalising; never empty. */
    byte[] item(Object value) {
        Object plain = value instanceof Sensitive<?> sensitive ? sensitive.value() : value;
        try {
            return encode(plain, normalize(normalizer, plain));
        } catch (ValueException e) {
            throw e.in(field.value());
        } catch (MalformedException e) {
            throw new MalformedException(e.kind(), field + ": " + e.getMessage());
        } catch (TegulaException e) {
            throw e;
        } catch (RuntimeException e) {
            // Neither message nor cause: exceptions of parsers quote their input.
            throw ValueException.writing(normalizer.getClass().getSimpleName(), e.getClass())
                    .in(field.value());
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> Object normalize(Normalizer<T> normalizer, Object value) {
        return normalizer.normalize((T) value);
    }

    @SuppressWarnings("unchecked")
    private byte[] encode(Object plain, Object normal) {
        ValueCodec<Object> by = (ValueCodec<Object>) (normal == plain ? codec : ValueCodecs.of(normal.getClass()));
        byte[] bytes = by.encode(normal);
        ValueType type = type(by.type())
                .orElseThrow(() -> new ConfigurationException(
                        field + ": " + normalizer.getClass().getName() + " gives a " + by.javaType()
                                + ", which has no blind index."));
        if (bytes.length == 0) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "After normalising nothing is left of the value, and an index of nothing would be equal for all such"
                            + " values. Store null instead.");
        }
        if (type != by.type()) {
            bytes = ByteBuffer.allocate(Long.BYTES)
                    .putLong(new BigInteger(bytes).longValueExact())
                    .array();
        }
        return ByteBuffer.allocate(1 + bytes.length).put(type.tag()).put(bytes).array();
    }

    /** The type of items: integers of all widths are one, so that a widened field keeps its index. */
    private static Optional<ValueType> type(ValueType type) {
        return switch (type) {
            case NULL, FLOAT32, FLOAT64, JSON -> Optional.empty();
            case I8, I16, I32 -> Optional.of(ValueType.I64);
            default -> Optional.of(type);
        };
    }
}
