package dev.tegula.hibernate.boot;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.hibernate.catalogue.MappedValue;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.IndexedCollection;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/**
 * Proves that every {@link Encrypted} in the Java classes was obeyed. An annotation that Hibernate did not see, on a
 * field where it reads getters for instance, would store plaintext without a word.
 */
final class AnnotatedMembers {

    private final Set<Component> seen = new HashSet<>();

    private AnnotatedMembers() {}

    static void check(Metadata metadata) {
        AnnotatedMembers members = new AnnotatedMembers();
        metadata.getEntityBindings().forEach(members::entity);
        metadata.getCollectionBindings().forEach(members::collection);
    }

    private void entity(PersistentClass entity) {
        List<Property> properties = new ArrayList<>(entity.getPropertyClosure());
        Optional.ofNullable(entity.getIdentifierProperty()).ifPresent(properties::add);
        Optional.ofNullable(entity.getIdentifierMapper())
                .ifPresent(mapper -> properties.addAll(mapper.getProperties()));
        classes(entity.getMappedClass(), name -> named(properties, name));
        properties.forEach(property -> component(property.getValue()));
    }

    private void collection(Collection collection) {
        component(collection.getElement());
        if (collection instanceof IndexedCollection indexed) {
            component(indexed.getIndex());
        }
    }

    private void component(@Nullable Value value) {
        if (value instanceof Component component && seen.add(component) && component.getComponentClassName() != null) {
            classes(component.getComponentClass(), name -> named(component.getProperties(), name));
            component.getProperties().forEach(property -> component(property.getValue()));
        }
    }

    private static Optional<Property> named(List<Property> properties, String name) {
        return properties.stream()
                .filter(property -> property.getName().equals(name))
                .findFirst();
    }

    private static void classes(@Nullable Class<?> mapped, Function<String, Optional<Property>> properties) {
        for (Class<?> type = mapped; type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                member(field, type.getName() + "." + field.getName(), Optional.of(field.getName()), properties);
            }
            for (Method method : type.getDeclaredMethods()) {
                if (!method.isSynthetic()) {
                    String label = type.getName() + "." + method.getName() + "()";
                    member(method, label, AttributeName.of(method), properties);
                }
            }
        }
    }

    private static void member(
            AnnotatedElement member,
            String label,
            Optional<String> attribute,
            Function<String, Optional<Property>> properties) {
        if (!member.isAnnotationPresent(Encrypted.class)) {
            return;
        }
        Property property = attribute
                .flatMap(properties)
                .orElseThrow(() -> new ConfigurationException(label
                        + " is @Encrypted, but is no attribute of the mapping, so nothing encrypts it. Annotate a mapped"
                        + " field or its getter."));
        BesideEncrypted.check(member, label);
        Value value =
                property.getValue() instanceof Collection collection ? collection.getElement() : property.getValue();
        if (!(value instanceof BasicValue basic)) {
            throw new ConfigurationException(label
                    + " is @Encrypted, but is neither basic nor a collection of basics. Annotate the attributes inside of"
                    + " an embeddable; associations cannot be encrypted.");
        }
        if (MappedValue.encryption(basic)
                .flatMap(encryption -> encryption.annotated())
                .isEmpty()) {
            throw new ConfigurationException(label
                    + " is @Encrypted, but Hibernate mapped it as "
                    + basic.resolve().getLegacyResolvedBasicType().getName()
                    + " and would store plaintext. Another type or converter won, or the annotation is on a field where"
                    + " the entity is read through getters (or the other way round).");
        }
    }
}
