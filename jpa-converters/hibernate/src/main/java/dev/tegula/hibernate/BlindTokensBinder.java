package dev.tegula.hibernate;

import dev.tegula.hibernate.type.BlindTokensType;
import dev.tegula.hibernate.type.TokensDeclaration;
import org.hibernate.binder.AttributeBinder;
import org.hibernate.boot.spi.MetadataBuildingContext;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** Gives an attribute with {@link BlindTokensOf} its type; called by Hibernate. It never throws, like {@link BlindIndexBinder}. */
public final class BlindTokensBinder implements AttributeBinder<BlindTokensOf> {

    @Override
    public void bind(
            BlindTokensOf annotation,
            MetadataBuildingContext context,
            @Nullable PersistentClass owner,
            Property property) {
        if (property.getValue() instanceof BasicValue value) {
            BlindTokensType type = new BlindTokensType(
                    new TokensDeclaration(
                            annotation.value(),
                            annotation.tokenizer(),
                            annotation.name(),
                            annotation.sizeBytes(),
                            annotation.padToMultiple(),
                            annotation.filling(),
                            annotation.global(),
                            annotation.next()),
                    property.getName());
            type.mapTo(value);
            String columnType = BlindTokensType.register(
                    context.getMetadataCollector().getTypeConfiguration().getDdlTypeRegistry(),
                    context.getMetadataCollector().getDatabase().getDialect());
            if (value.getColumn() instanceof Column column) {
                column.setSqlTypeCode(SqlTypes.ARRAY); // which `validate` compares with that of the database
                if (column.getSqlType() == null) {
                    column.setSqlType(columnType);
                }
            }
        }
    }
}
