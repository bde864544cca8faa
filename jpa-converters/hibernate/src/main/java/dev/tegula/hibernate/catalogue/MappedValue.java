package dev.tegula.hibernate.catalogue;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.type.Encryption;
import java.util.Optional;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Table;
import org.jspecify.annotations.Nullable;

/**
 * One place of the final mapping where encrypted values are stored.
 *
 * @param value the value as it was resolved
 * @param path entity name and attribute path
 * @param owner the entity
 * @param property the attribute; of a collection, the collection's; null for a value that has none
 * @param collection the collection whose elements these are, or null
 * @param table where the column is
 */
public record MappedValue(
        BasicValue value,
        String path,
        PersistentClass owner,
        @Nullable Property property,
        @Nullable Collection collection,
        Table table) {

    /** How a value is encrypted; empty if it is not. */
    public static Optional<Encryption> encryption(BasicValue value) {
        BasicValue.Resolution<?> resolution = value.resolve();
        return Encryption.of(resolution.getDomainJavaType(), resolution.getValueConverter());
    }

    /** How the values are encrypted. */
    public Encryption encryption() {
        return encryption(value)
                .orElseThrow(() -> new IllegalStateException(path + " was found encrypted and is not any more"));
    }

    /**
     * The column.
     *
     * @throws ConfigurationException for a formula
     */
    public Column column() {
        if (value.getColumn() instanceof Column column) {
            return column;
        }
        throw new ConfigurationException(
                path + " is encrypted, but has a @Formula: it cannot be computed. Map it to a column of its own.");
    }
}
