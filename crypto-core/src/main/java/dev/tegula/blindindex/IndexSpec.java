package dev.tegula.blindindex;

import static java.util.Objects.requireNonNull;

import dev.tegula.cipher.IndexMac;
import dev.tegula.cipher.IndexParameters;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Tuple;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.value.ValueCodecs;
import java.util.List;
import java.util.Objects;

/**
 * How a blind index is computed. Immutable; a change of anything but {@link #perTenant} is another index.
 *
 * @param <T> what it is computed from: the value of its one field, or the list of the values of several
 */
public final class IndexSpec<T> {

    private final List<IndexPart> parts;
    private final String name;
    private final boolean perTenant;
    private final boolean single;
    private final IndexParameters parameters;

    private IndexSpec(List<IndexPart> parts, String name, int bits, boolean perTenant, boolean single) {
        this.parts = List.copyOf(parts);
        this.name = requireNonNull(name, "name: give one, or leave the call out");
        this.perTenant = perTenant;
        this.single = single;
        this.parameters = IndexParameters.of(
                name, bits, this.parts.stream().map(IndexPart::parameters).toList());
    }

    /**
     * An index of one field over all tenants, of the value as it is, without a name, in full length.
     *
     * @throws ConfigurationException for a type without an index
     * @throws dev.tegula.failure.MalformedException for a name that is no field id
     */
    public static <T> IndexSpec<T> of(String field, Class<T> type) {
        requireNonNull(type, "type: give the class of the values");
        return of(new IndexPart(FieldId.of(field), ValueCodecs.of(type), new Exact()));
    }

    /** The same with a normaliser. */
    public static <T> IndexSpec<T> of(String field, Class<T> type, Normalizer<? super T> normalizer) {
        requireNonNull(type, "type: give the class of the values");
        return of(new IndexPart(FieldId.of(field), ValueCodecs.of(type), normalizer));
    }

    /** The same of a part. */
    public static <T> IndexSpec<T> of(IndexPart part) {
        return new IndexSpec<>(List.of(part), "", IndexParameters.MAX_BITS, false, true);
    }

    /** An index over several values at once: equal where all of them are; none where one is null. Their order is fixed. */
    public static IndexSpec<List<?>> ofAll(List<IndexPart> parts) {
        return new IndexSpec<>(parts, "", IndexParameters.MAX_BITS, false, false);
    }

    /** The same under a permanent name: tells apart what would be one index otherwise, so that nobody can join them. */
    public IndexSpec<T> named(String chosen) {
        return new IndexSpec<>(parts, chosen, bits(), perTenant, single);
    }

    /** The same for each tenant, under keys of their own: equal values of two tenants are not seen to be equal. */
    public IndexSpec<T> withKeyPerTenant() {
        return new IndexSpec<>(parts, name, bits(), true, single);
    }

    /**
     * The same, cut: some different values are found together, which hides how often each occurs. Compare the values of what
     * is found; it cannot be UNIQUE.
     *
     * @param bits 1 to 256
     */
    public IndexSpec<T> cutTo(int bits) {
        return new IndexSpec<>(parts, name, bits, perTenant, single);
    }

    /** The parts, in their order. */
    public List<IndexPart> parts() {
        return parts;
    }

    /** The field whose INDEX keys it uses: that of the first part. */
    public FieldId field() {
        return parts.get(0).field();
    }

    /** Its name, or empty. */
    public String name() {
        return name;
    }

    /** How many bits are stored. */
    public int bits() {
        return parameters.bits();
    }

    /** How many bytes are stored. */
    public int sizeBytes() {
        return parameters.sizeBytes();
    }

    /** Whether each tenant has an index of its own. */
    public boolean perTenant() {
        return perTenant;
    }

    /** Whether there is no index, because a part is null. */
    public boolean isNull(T value) {
        return !single && ((List<?>) value).stream().anyMatch(Objects::isNull);
    }

    /**
     * What the MAC is computed over. Not the value, but as secret.
     *
     * @throws dev.tegula.failure.MalformedException if nothing is left of a value, or its normaliser refuses it
     * @throws dev.tegula.failure.ValueException if a normaliser or codec fails
     * @throws ConfigurationException for another number of values than of parts
     */
    public byte[] input(T value) {
        List<?> values = single ? List.of(value) : (List<?>) value;
        if (values.size() != parts.size()) {
            throw new ConfigurationException(field() + ": the blind index has " + parts.size() + " parts, but "
                    + values.size() + " values were given.");
        }
        byte[][] items = new byte[values.size()][];
        for (int i = 0; i < items.length; i++) {
            items[i] = parts.get(i).item(values.get(i));
        }
        return Tuple.of(items);
    }

    IndexParameters parameters() {
        return parameters;
    }

    /** The index of an input under a key. */
    public byte[] compute(IndexMac mac, byte[] input) {
        return mac.compute(parameters, input);
    }

    @Override
    public String toString() {
        return "IndexSpec["
                + parts.stream()
                        .map(p -> p.field() + " " + p.normalizer().id() + " v"
                                + p.normalizer().version())
                        .toList()
                + (name.isEmpty() ? "" : " " + name)
                + (bits() == IndexParameters.MAX_BITS ? "" : " " + bits() + " bits") + "]";
    }
}
