package dev.tegula.hibernate.declared;

import dev.tegula.hibernate.Encrypted;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.Convert;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A class itself, or one of its fields and methods, its own or inherited.
 *
 * @param label class and name, for messages
 * @param declaring the class that says it
 * @param attribute the attribute that it is the field or getter of; empty for a method that is no getter
 * @param element what has the annotations
 */
record Member(String label, Class<?> declaring, Optional<String> attribute, AnnotatedElement element) {

    /** Those of a class, its superclasses and all its interfaces. */
    static List<Member> of(Class<?> type) {
        List<Member> members = new ArrayList<>();
        for (Class<?> one : hierarchy(type)) {
            members.add(new Member(one.getName(), one, Optional.empty(), one));
            for (Field field : one.getDeclaredFields()) {
                String label = one.getName() + "." + field.getName();
                members.add(new Member(label, one, Optional.of(field.getName()), field));
            }
            for (Method method : one.getDeclaredMethods()) {
                if (!method.isBridge()) {
                    String label = one.getName() + "." + method.getName() + "()";
                    members.add(new Member(label, one, AttributeName.of(method), method));
                }
            }
        }
        return members;
    }

    /** The same of a class that may not be loadable as a whole; then it is never stored either. */
    static List<Member> loadable(Class<?> type) {
        try {
            return type.isPrimitive() || type.getClassLoader() == null ? List.of() : of(type);
        } catch (LinkageError | TypeNotPresentException e) {
            return List.of();
        }
    }

    static Set<Class<?>> hierarchy(Class<?> type) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> one = type; one != null && one != Object.class; one = one.getSuperclass()) {
            all.add(one);
            interfaces(one, all);
        }
        return all;
    }

    private static void interfaces(Class<?> type, Set<Class<?>> all) {
        for (Class<?> one : type.getInterfaces()) {
            if (all.add(one)) {
                interfaces(one, all);
            }
        }
    }

    boolean isOf(String name) {
        return attribute.isPresent() && attribute.get().equals(name);
    }

    /** Whether it is read from a mapping file itself. */
    boolean byFile() {
        return element instanceof MappingFiles.Laid laid && laid.byFile();
    }

    boolean isType() {
        return element instanceof Class<?> || (element instanceof MappingFiles.Laid laid && laid.ofType());
    }

    /** What it says itself about how it is converted, or that it is not. */
    Stream<Convert> converts() {
        return Arrays.stream(element.getAnnotationsByType(Convert.class));
    }

    /** Whether it asks for encryption. */
    boolean encrypts() {
        return element.isAnnotationPresent(Encrypted.class) || converts().anyMatch(Member::encrypting);
    }

    /** Whether a conversion encrypts. */
    static boolean encrypting(Convert convert) {
        return !convert.disableConversion() && EncryptedConverter.class.isAssignableFrom(convert.converter());
    }

    /** The type of what it holds; null of a class, of a static, and of a method that is no getter. */
    @Nullable
    Type type() {
        if (element instanceof Field field) {
            return Modifier.isStatic(field.getModifiers()) ? null : field.getGenericType();
        }
        return element instanceof Method method && attribute.isPresent() ? method.getGenericReturnType() : null;
    }
}
