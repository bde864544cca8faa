package dev.tegula.hibernate.type;

import dev.tegula.blindindex.Normalizer;
import java.util.List;

/**
 * What an attribute says about its blind index.
 *
 * @param attributes the encrypted attributes beside it
 * @param normalizers one for all of them, or one for each
 * @param name its permanent name, or empty
 * @param bits how many bits are stored
 * @param filling whether a row with a value may have no index yet
 * @param global whether it is over all tenants
 * @param next whether it is the next column of the index that says the same
 */
public record IndexDeclaration(
        List<String> attributes,
        List<Class<? extends Normalizer<?>>> normalizers,
        String name,
        int bits,
        boolean filling,
        boolean global,
        boolean next) {

    /** Copies both lists. */
    public IndexDeclaration {
        attributes = List.copyOf(attributes);
        normalizers = List.copyOf(normalizers);
    }

    /** Whether both say the same but for what {@link #next} and {@link #filling} say. */
    public boolean ofSameIndex(IndexDeclaration other) {
        return attributes.equals(other.attributes)
                && normalizers.equals(other.normalizers)
                && name.equals(other.name)
                && bits == other.bits
                && global == other.global;
    }
}
