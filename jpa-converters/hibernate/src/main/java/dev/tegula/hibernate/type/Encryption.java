package dev.tegula.hibernate.type;

import dev.tegula.FieldSpec;
import dev.tegula.jpa.EncryptedConverter;
import java.util.Optional;
import org.hibernate.type.BasicPluralType;
import org.hibernate.type.BasicType;
import org.hibernate.type.descriptor.converter.spi.BasicValueConverter;
import org.hibernate.type.descriptor.converter.spi.JpaAttributeConverter;
import org.hibernate.type.descriptor.java.JavaType;
import org.jspecify.annotations.Nullable;

/** How a basic mapping encrypts its values: by the annotation's Java type, or by an {@code EncryptedConverter}. */
public final class Encryption {

    private final @Nullable EncryptedJavaType annotated;
    private final @Nullable JpaAttributeConverter<?, ?> converter;

    private Encryption(@Nullable EncryptedJavaType annotated, @Nullable JpaAttributeConverter<?, ?> converter) {
        this.annotated = annotated;
        this.converter = converter;
    }

    /** Of a resolved mapping; empty if it does not encrypt, as when another converter took the annotation's place. */
    public static Optional<Encryption> of(
            @Nullable JavaType<?> domain, @Nullable BasicValueConverter<?, ?> valueConverter) {
        if (valueConverter == null) {
            return domain instanceof EncryptedJavaType type
                    ? Optional.of(new Encryption(type, null))
                    : Optional.empty();
        }
        return valueConverter instanceof JpaAttributeConverter<?, ?> found
                        && EncryptedConverter.class.isAssignableFrom(
                                found.getConverterBean().getBeanClass())
                ? Optional.of(new Encryption(null, found))
                : Optional.empty();
    }

    /** Of the elements of an array in one column; empty if it is none, or does not encrypt them. */
    public static Optional<Encryption> ofElements(BasicType<?> type) {
        BasicType<?> element = type instanceof BasicPluralType<?, ?> plural ? plural.getElementType() : null;
        return element == null ? Optional.empty() : of(element.getJavaTypeDescriptor(), element.getValueConverter());
    }

    /** The annotation's type; empty for a converter. */
    public Optional<EncryptedJavaType> annotated() {
        return Optional.ofNullable(annotated);
    }

    /** The class of the converter; empty for the annotation. */
    public Optional<Class<?>> converterClass() {
        return converter == null
                ? Optional.empty()
                : Optional.of(converter.getConverterBean().getBeanClass());
    }

    /** How the values are encrypted. Makes the converter, which may need the application's container. */
    public FieldSpec<?> spec() {
        return annotated == null ? converter().spec() : annotated.spec();
    }

    /** The converter, made if it was not; only where {@link #converterClass} is present. */
    public EncryptedConverter<?> converter() {
        if (converter != null
                && converter.getConverterBean().getBeanInstance() instanceof EncryptedConverter<?> instance) {
            return instance;
        }
        throw new IllegalStateException("A converter is not of the class that its bean declares");
    }
}
