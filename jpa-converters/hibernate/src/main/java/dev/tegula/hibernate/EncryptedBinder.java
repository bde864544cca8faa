package dev.tegula.hibernate;

import dev.tegula.FieldSpec;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.hibernate.json.JsonCodec;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.hibernate.type.MappedType;
import dev.tegula.hibernate.type.PlaintextColumn;
import dev.tegula.value.ValueCodec;
import dev.tegula.value.ValueCodecs;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Set;
import org.hibernate.binder.AttributeBinder;
import org.hibernate.boot.spi.MetadataBuildingContext;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/**
 * Gives an attribute with {@link Encrypted} its type; called by Hibernate. It never throws: Hibernate 7 loses the message
 * where the attribute is in an embeddable. What is wrong with the annotation is thrown when the type is needed, which is
 * still at boot; what is not basic is left as it is, and refused once the mapping is final.
 */
public final class EncryptedBinder implements AttributeBinder<Encrypted> {

    /** Replaces the type of the attribute, or of the elements of a collection, and drops any converter. */
    @Override
    public void bind(
            Encrypted annotation, MetadataBuildingContext context, @Nullable PersistentClass owner, Property property) {
        if (element(property.getValue()) instanceof BasicValue value) {
            String attribute = owner == null ? property.getName() : owner.getEntityName() + "." + property.getName();
            try {
                apply(type(annotation, value, attribute), value);
            } catch (TegulaException e) {
                value.setExplicitJavaTypeAccess(configuration -> {
                    throw new ConfigurationException(
                            attribute + " is @Encrypted(\"" + annotation.value() + "\"): " + e.getMessage(), e);
                });
            }
        }
    }

    private static void apply(EncryptedJavaType type, BasicValue value) {
        value.setJpaAttributeConverterDescriptor(null);
        value.setExplicitJavaTypeAccess(configuration -> type);
        value.setExplicitJdbcTypeAccess(configuration -> type.jdbcType());
        value.setExplicitMutabilityPlanAccess(configuration -> type.getMutabilityPlan());
    }

    private static EncryptedJavaType type(Encrypted annotation, BasicValue value, String attribute) {
        Type type = MappedType.of(value);
        ValueCodec<?> codec = ValueCodecs.knows(type) ? ValueCodecs.of(type) : JsonCodec.of(type);
        FieldSpec<?> spec = new FieldSpec<>(
                FieldId.of(annotation.value()),
                codec,
                annotation.bind() == Bind.ROW ? Mode.ROW : Mode.FIELD,
                annotation.perTenant(),
                annotation.nulls() == Nulls.SEAL,
                annotation.padToBytes());
        Class<?> javaType = MappedType.erase(type);
        return annotation.plaintextColumn().isEmpty()
                ? EncryptedJavaType.of(javaType, spec, acceptsField(annotation), attribute)
                : EncryptedJavaType.beside(
                        PlaintextColumn.of(annotation.plaintextColumn(), javaType), javaType, spec, attribute);
    }

    private static boolean acceptsField(Encrypted annotation) {
        Set<Bind> accepted = Set.copyOf(List.of(annotation.accept()));
        if (accepted.isEmpty()) {
            return false;
        }
        if (annotation.bind() == Bind.ROW && accepted.equals(Set.of(Bind.FIELD))) {
            return true;
        }
        throw new ConfigurationException("accept = " + accepted + " beside bind = " + annotation.bind()
                + ". Only accept = FIELD beside bind = ROW was expected: leave it out, or name both.");
    }

    private static Value element(Value value) {
        return value instanceof Collection collection ? collection.getElement() : value;
    }
}
