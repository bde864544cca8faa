package dev.tegula;

import static java.util.Objects.requireNonNull;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.value.Inner;
import dev.tegula.value.Sensitive;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;

/**
 * How the values of one field are encrypted.
 *
 * @param field its permanent name
 * @param codec how its Java type is written
 * @param mode what its envelopes are bound to
 * @param perTenant whether each tenant has its own key; then a missing tenant is an error
 * @param sealNulls whether null is encrypted too; else null stays null
 * @param padToBytes 0, or the multiple to which the plaintext is padded to hide its length; at most 65,536
 * @param <T> the Java type
 */
public record FieldSpec<T>(
        FieldId field, ValueCodec<T> codec, Mode mode, boolean perTenant, boolean sealNulls, int padToBytes) {

    /**
     * Checks the padding.
     *
     * @throws ConfigurationException outside 0 to 65,536
     */
    public FieldSpec {
        requireNonNull(field, "field: give the permanent id of the field");
        requireNonNull(codec, "codec: give the codec of its type");
        requireNonNull(mode, "mode");
        if (padToBytes < 0 || padToBytes > Inner.MAX_PAD_BYTES) {
            throw new ConfigurationException(
                    field + ": padToBytes must be 0 to " + Inner.MAX_PAD_BYTES + ", not " + padToBytes + ".");
        }
    }

    /** One key for all tenants, nulls in clear, no padding, bound to the field. */
    public static <T> FieldSpec<T> of(String field, ValueCodec<T> codec) {
        requireNonNull(field, "field: give the permanent id of the field, for example patient.ssn");
        return new FieldSpec<>(FieldId.of(field), codec, Mode.FIELD, false, false, 0);
    }

    /**
     * The same for a type that Tegula knows.
     *
     * @throws ConfigurationException for a type without a codec
     */
    public static <T> FieldSpec<T> of(String field, Class<T> type) {
        requireNonNull(type, "type: give the class of the values");
        return of(field, ValueCodecs.of(type));
    }

    /**
     * A field whose attribute is {@code Sensitive<T>}: where somebody else prints the value (a JPA provider in the message of
     * a converter that failed), it shows as {@code Sensitive[***]}. Stored like {@code T}.
     *
     * @throws ConfigurationException for a type without a codec
     */
    public static <T> FieldSpec<Sensitive<T>> sensitive(String field, Class<T> type) {
        return of(field, ValueCodecs.sensitive(ValueCodecs.of(type)));
    }

    /** The same field with a key for each tenant. */
    public FieldSpec<T> withKeyPerTenant() {
        return new FieldSpec<>(field, codec, mode, true, sealNulls, padToBytes);
    }

    /** The same field with null encrypted too. */
    public FieldSpec<T> withSealedNulls() {
        return new FieldSpec<>(field, codec, mode, perTenant, true, padToBytes);
    }

    /** The same field with values bound to their field, or to their row too: then each call needs {@link Context#row}. */
    public FieldSpec<T> boundTo(Mode bound) {
        return new FieldSpec<>(field, codec, bound, perTenant, sealNulls, padToBytes);
    }

    /** The same field with lengths hidden. */
    public FieldSpec<T> paddedTo(int bytes) {
        return new FieldSpec<>(field, codec, mode, perTenant, sealNulls, bytes);
    }
}
