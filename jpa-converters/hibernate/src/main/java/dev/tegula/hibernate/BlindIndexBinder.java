package dev.tegula.hibernate;

import dev.tegula.hibernate.type.BlindIndexType;
import dev.tegula.hibernate.type.IndexDeclaration;
import java.util.List;
import org.hibernate.binder.AttributeBinder;
import org.hibernate.boot.spi.MetadataBuildingContext;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.jspecify.annotations.Nullable;

/**
 * Gives an attribute with {@link BlindIndexOf} its type; called by Hibernate. It never throws, like that of
 * {@link Encrypted}: what is wrong is refused once the mapping is final, which is when the attribute beside it is known.
 */
public final class BlindIndexBinder implements AttributeBinder<BlindIndexOf> {

    @Override
    public void bind(
            BlindIndexOf annotation,
            MetadataBuildingContext context,
            @Nullable PersistentClass owner,
            Property property) {
        if (property.getValue() instanceof BasicValue value) {
            BlindIndexType type = new BlindIndexType(
                    new IndexDeclaration(
                            List.of(annotation.value()),
                            List.of(annotation.normalizer()),
                            annotation.name(),
                            annotation.bits(),
                            annotation.filling(),
                            annotation.global(),
                            annotation.next()),
                    property.getName());
            type.mapTo(value);
        }
    }
}
