package dev.tegula.hibernate.declared;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeBindings;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The types that a value of a type may hold: arguments and elements, fields and getters, superclasses and interfaces, the
 * subclasses of a sealed type, and those that an annotation names ({@code @JsonSubTypes}, {@code @XmlSeeAlso}). Classes of
 * the JDK and enums are not opened. What is known only by its value at run time is out of sight.
 */
final class ReachedTypes {

    private static final TypeFactory TYPES = TypeFactory.defaultInstance();

    private final Set<JavaType> reached = new LinkedHashSet<>();

    private ReachedTypes() {}

    static Set<JavaType> of(List<Type> roots) {
        ReachedTypes types = new ReachedTypes();
        roots.forEach(root -> types.add(root, TypeBindings.emptyBindings()));
        return types.reached;
    }

    private void add(@Nullable Type type, TypeBindings bindings) {
        if (type != null) {
            add(TYPES.resolveMemberType(type, bindings));
        }
    }

    private void add(@Nullable JavaType type) {
        if (type == null || !reached.add(type)) {
            return;
        }
        add(type.getKeyType());
        add(type.getContentType());
        add(type.getReferencedType());
        for (int i = 0; i < type.containedTypeCount(); i++) {
            add(type.containedType(i));
        }
        Class<?> raw = type.getRawClass();
        if (isOpen(raw)) {
            add(type.getSuperClass());
            type.getInterfaces().forEach(this::add);
            open(raw, type.getBindings());
        }
    }

    private static boolean isOpen(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader != null && loader != ClassLoader.getPlatformClassLoader() && !type.isEnum() && !type.isArray();
    }

    private void open(Class<?> type, TypeBindings bindings) {
        for (Member member : Member.loadable(type)) {
            if (member.declaring() == type) {
                if (!isTransient(member.element())) {
                    add(member.type(), bindings);
                }
                named(member.element());
            }
        }
        if (type.isSealed()) {
            for (Class<?> one : type.getPermittedSubclasses()) {
                add(one, TypeBindings.emptyBindings());
            }
        }
    }

    // Java's own serialization and the usual mappers leave such a field out; its getter, if any, is looked at.
    private static boolean isTransient(AnnotatedElement element) {
        return element instanceof Field field && Modifier.isTransient(field.getModifiers());
    }

    private void named(AnnotatedElement element) {
        for (Annotation annotation : element.getAnnotations()) {
            NamedClasses.of(annotation).forEach(one -> add(one, TypeBindings.emptyBindings()));
        }
    }
}
