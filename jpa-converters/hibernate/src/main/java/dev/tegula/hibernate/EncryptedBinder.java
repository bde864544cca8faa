package dev.tegula.hibernate;

import dev.tegula.FieldSpec;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.hibernate.json.JsonCodec;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.hibernate.type.MappedType;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;
import java.lang.reflect.Type;
import org.hibernate.binder.AttributeBinder;
import org.hibernate.boot.spi.MetadataBuildingContext;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Value;

/** Gives an attribute with {@link Encrypted} its type; called by Hibernate. */
public final class EncryptedBinder implements AttributeBinder<Encrypted> {

    /**
     * Replaces the type of the attribute, or of the elements of a collection, and drops any converter.
     *
     * @throws ConfigurationException for an attribute that is not basic, and whatever else is wrong with the annotation
     */
    @Override
    public void bind(
            Encrypted annotation, MetadataBuildingContext context, PersistentClass owner, Property property) {
        String attribute = owner.getEntityName() + "." + property.getName();
        if (!(element(property.getValue()) instanceof BasicValue value)) {
            throw new ConfigurationException(attribute
                    + " is @Encrypted, but is neither basic nor a collection of basics. Annotate the attributes inside"
                    + " of it; associations cannot be encrypted.");
        }
        Type type = MappedType.of(value, attribute);
        EncryptedJavaType javaType = EncryptedJavaType.of(
                MappedType.erase(type), spec(annotation, codec(type, attribute), attribute), attribute);
        value.setJpaAttributeConverterDescriptor(null);
        value.setExplicitJavaTypeAccess(configuration -> javaType);
        value.setExplicitJdbcTypeAccess(configuration -> javaType.jdbcType());
        value.setExplicitMutabilityPlanAccess(configuration -> javaType.getMutabilityPlan());
    }

    private static Value element(Value value) {
        return value instanceof Collection collection ? collection.getElement() : value;
    }

    private static ValueCodec<?> codec(Type type, String attribute) {
        try {
            return ValueCodecs.knows(type) ? ValueCodecs.of(type) : JsonCodec.of(type);
        } catch (TegulaException e) {
            throw new ConfigurationException(attribute + ": " + e.getMessage(), e);
        }
    }

    private static FieldSpec<?> spec(Encrypted annotation, ValueCodec<?> codec, String attribute) {
        try {
            return new FieldSpec<>(
                    FieldId.of(annotation.value()),
                    codec,
                    Mode.FIELD,
                    annotation.perTenant(),
                    annotation.nulls() == Nulls.SEAL,
                    annotation.padToBytes());
        } catch (TegulaException e) {
            throw new ConfigurationException(attribute + ": " + e.getMessage(), e);
        }
    }
}
