package dev.tegula.hibernate.output;

import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.BlindTokensOf;
import dev.tegula.hibernate.DocumentType;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Converts;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.hibernate.annotations.CompositeType;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that a class, its superclasses and interfaces declare encrypted, by {@code @Encrypted} or by
 * {@code @Convert} with an {@code EncryptedConverter}. A conversion of a part ({@code attributeName = "address.street"})
 * counts for the whole attribute, as do encrypted paths of a document. Converters that apply themselves and mapping files are
 * out of sight. Immutable.
 */
public final class EncryptedAttributes {

    private final Set<String> keys = new HashSet<>();

    private EncryptedAttributes() {}

    /** Those of a class. */
    public static EncryptedAttributes of(Class<?> type) {
        EncryptedAttributes attributes = new EncryptedAttributes();
        for (Class<?> one = type; one != null && one != Object.class; one = one.getSuperclass()) {
            attributes.add(one);
        }
        return attributes;
    }

    /** Whether a field or method of that name belongs to one of them. */
    public boolean cover(String member) {
        return AttributeKeys.of(member).stream().anyMatch(keys::contains);
    }

    /** Whether two fields or methods belong to one attribute. */
    public static boolean same(String one, String other) {
        return AttributeKeys.of(one).stream().anyMatch(AttributeKeys.of(other)::contains);
    }

    /** Whether annotations say that what they are on is encrypted, or shows which values are equal. */
    public static boolean declare(Annotated member) {
        return member.getAnnotation(Encrypted.class) != null
                || member.getAnnotation(BlindIndexOf.class) != null
                || member.getAnnotation(BlindTokensOf.class) != null
                || converts(member.getAnnotation(Convert.class), member.getAnnotation(Converts.class))
                        .anyMatch(EncryptedAttributes::encrypts);
    }

    private void add(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if (declare(field::getAnnotation) || holdsDocument(field)) {
                keys.addAll(AttributeKeys.of(field.getName()));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (method.getParameterCount() == 0 && (declare(method::getAnnotation) || holdsDocument(method))) {
                keys.addAll(AttributeKeys.of(method.getName()));
            }
        }
        ofClass(type).filter(EncryptedAttributes::encrypts).forEach(convert -> {
            String path = convert.attributeName();
            int dot = path.indexOf('.');
            keys.addAll(AttributeKeys.of(dot < 0 ? path : path.substring(0, dot)));
        });
        Arrays.stream(type.getInterfaces()).forEach(this::add);
    }

    private static Stream<Convert> ofClass(AnnotatedElement type) {
        return converts(type.getDeclaredAnnotation(Convert.class), type.getDeclaredAnnotation(Converts.class));
    }

    private static Stream<Convert> converts(@Nullable Convert one, @Nullable Converts more) {
        return Stream.concat(
                Stream.ofNullable(one), Stream.ofNullable(more).flatMap(all -> Arrays.stream(all.value())));
    }

    /** Looks at the name first: without Hibernate its annotation is not there, and naming its class would fail. */
    private static boolean holdsDocument(AnnotatedElement member) {
        return Arrays.stream(member.getDeclaredAnnotations())
                .anyMatch(one -> one.annotationType().getName().equals("org.hibernate.annotations.CompositeType")
                        && WithHibernate.ofDocument(one));
    }

    /** What needs the classes of Hibernate. */
    private static final class WithHibernate {

        static boolean ofDocument(Annotation annotation) {
            return annotation instanceof CompositeType type && DocumentType.class.isAssignableFrom(type.value());
        }
    }

    private static boolean encrypts(Convert convert) {
        return !convert.disableConversion() && EncryptedConverter.class.isAssignableFrom(convert.converter());
    }
}
