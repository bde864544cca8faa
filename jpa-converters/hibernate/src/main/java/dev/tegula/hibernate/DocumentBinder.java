package dev.tegula.hibernate;

import dev.tegula.hibernate.type.DocumentText;
import org.hibernate.binder.AttributeBinder;
import org.hibernate.boot.spi.MetadataBuildingContext;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.jspecify.annotations.Nullable;

/** Gives an attribute with {@link DocumentColumn} its type; called by Hibernate. */
public final class DocumentBinder implements AttributeBinder<DocumentColumn> {

    @Override
    public void bind(
            DocumentColumn annotation,
            MetadataBuildingContext context,
            @Nullable PersistentClass owner,
            Property property) {
        if (property.getValue() instanceof BasicValue value) {
            DocumentText.mapTo(value, annotation.acceptClear());
        }
    }
}
