package dev.tegula.hibernate.catalogue;

import dev.tegula.FieldSpec;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.jpa.EncryptedConverter;
import java.util.Optional;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Table;
import org.hibernate.type.descriptor.converter.spi.JpaAttributeConverter;
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

    /** The type of an attribute with the annotation; empty for a converter. */
    public Optional<EncryptedJavaType> annotated() {
        return annotated(value);
    }

    /** The type of a value with the annotation; empty if it has none or a converter replaced it. */
    public static Optional<EncryptedJavaType> annotated(BasicValue value) {
        BasicValue.Resolution<?> resolution = value.resolve();
        return resolution.getValueConverter() == null && resolution.getDomainJavaType() instanceof EncryptedJavaType type
                ? Optional.of(type)
                : Optional.empty();
    }

    /** The converter of an attribute with one; empty for the annotation. */
    static Optional<JpaAttributeConverter<?, ?>> converted(BasicValue value) {
        return value.resolve().getValueConverter() instanceof JpaAttributeConverter<?, ?> converter
                        && EncryptedConverter.class.isAssignableFrom(
                                converter.getConverterBean().getBeanClass())
                ? Optional.of(converter)
                : Optional.empty();
    }

    /** Whether values are encrypted here. */
    static boolean encrypted(BasicValue value) {
        return annotated(value).isPresent() || converted(value).isPresent();
    }

    /** How the values are encrypted. Makes the converter, which may need the application's container. */
    public FieldSpec<?> spec() {
        return annotated()
                .<FieldSpec<?>>map(EncryptedJavaType::spec)
                .orElseGet(() -> converter().spec());
    }

    private EncryptedConverter<?> converter() {
        return converted(value)
                .map(found -> found.getConverterBean().getBeanInstance())
                .filter(EncryptedConverter.class::isInstance)
                .map(EncryptedConverter.class::cast)
                .orElseThrow(() -> new ConfigurationException(path + " is not encrypted."));
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
