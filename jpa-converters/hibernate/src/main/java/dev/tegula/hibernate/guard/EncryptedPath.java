package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.Encrypted;
import dev.tegula.hibernate.Nulls;
import dev.tegula.hibernate.type.BlindIndexType;
import dev.tegula.hibernate.type.CompanionType;
import dev.tegula.hibernate.type.DocumentText;
import dev.tegula.hibernate.type.Encryption;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.EmbeddableType;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.PluralAttribute;
import jakarta.persistence.metamodel.SingularAttribute;
import jakarta.persistence.metamodel.Type;
import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.metamodel.model.domain.ManagedDomainType;
import org.hibernate.query.sqm.tree.domain.SqmBasicValuedSimplePath;
import org.hibernate.query.sqm.tree.domain.SqmElementAggregateFunction;
import org.hibernate.query.sqm.tree.domain.SqmIndexedCollectionAccessPath;
import org.hibernate.query.sqm.tree.domain.SqmPath;
import org.hibernate.type.BasicType;
import org.jspecify.annotations.Nullable;

/**
 * A path of a query that ends at an encrypted attribute, at an embeddable with one, or at an element of an encrypted
 * collection.
 *
 * @param attribute entity or embeddable and attribute, for messages
 * @param sealedNulls whether null is encrypted too
 * @param holds what the column has
 */
record EncryptedPath(String attribute, boolean sealedNulls, Holds holds) {

    /** What a column has: a value, or what is computed from one and can be compared with parameters. */
    enum Holds {
        VALUE,
        INDEX,
        TOKENS;

        static Holds of(CompanionType<?> type) {
            return type instanceof BlindIndexType ? INDEX : TOKENS;
        }
    }

    EncryptedPath(String attribute, boolean sealedNulls) {
        this(attribute, sealedNulls, Holds.VALUE);
    }

    EncryptedPath(String attribute, CompanionType<?> type) {
        this(attribute, false, Holds.of(type));
    }

    /** The blind index or blind tokens that a path ends at; empty if it ends at anything else. */
    static Optional<CompanionType<?>> companion(@Nullable Object node) {
        return node instanceof SqmBasicValuedSimplePath<?> path
                        && path.getModel() instanceof SingularAttribute<?, ?> attribute
                ? companion(attribute.getType())
                : Optional.empty();
    }

    private static Optional<CompanionType<?>> companion(Type<?> type) {
        return type instanceof BasicType<?> basic ? companion(basic.getJdbcMapping()) : Optional.empty();
    }

    static Optional<CompanionType<?>> companion(JdbcMapping mapping) {
        return mapping.getJavaTypeDescriptor() instanceof CompanionType<?> found
                ? Optional.of(found)
                : Optional.empty();
    }

    /** The path as an encrypted one; empty if nothing in its value is encrypted. */
    static Optional<EncryptedPath> of(SqmPath<?> path) {
        SqmPath<?> lhs = path.getLhs();
        if (lhs != null && isElement(path)) {
            return ofModel(lhs.getModel(), lhs);
        }
        return ofModel(path.getModel(), path).or(() -> ofModel(path.getResolvedModel(), path));
    }

    /** An encrypted attribute of the class that a path ends at, or of its subclasses; empty if there is none. */
    static Optional<EncryptedPath> inside(SqmPath<?> path) {
        return of(path).or(() -> inType(path.getModel())).or(() -> inType(path.getResolvedModel()));
    }

    private static Optional<EncryptedPath> inType(@Nullable Object model) {
        if (model instanceof SingularAttribute<?, ?> singular) {
            return inType(singular.getType());
        }
        if (model instanceof PluralAttribute<?, ?, ?> plural) {
            return inType(plural.getElementType());
        }
        if (model instanceof ManagedDomainType<?> type) {
            Optional<EncryptedPath> own = type.getAttributes().stream()
                    .flatMap(attribute -> ofAttribute(attribute).stream())
                    .findFirst();
            return own.or(() -> type.getSubTypes().stream()
                    .flatMap(sub -> inType(sub).stream())
                    .findFirst());
        }
        return Optional.empty();
    }

    /** The name of an attribute that holds a document some of whose paths are encrypted; empty for any other path. */
    static Optional<String> document(SqmPath<?> path) {
        return path.getModel() instanceof SingularAttribute<?, ?> attribute
                        && attribute.getType() instanceof BasicType<?> basic
                        && basic.getJavaTypeDescriptor() instanceof DocumentText
                ? Optional.of(label(attribute))
                : Optional.empty();
    }

    static Optional<Encryption> of(@Nullable JdbcMapping mapping) {
        return mapping == null
                ? Optional.empty()
                : Encryption.of(mapping.getJavaTypeDescriptor(), mapping.getValueConverter());
    }

    private static boolean isElement(SqmPath<?> path) {
        return path instanceof SqmIndexedCollectionAccessPath<?>
                || path instanceof SqmElementAggregateFunction<?>
                || CollectionPart.Nature.ELEMENT
                        .getName()
                        .equals(path.getReferencedPathSource().getPathName());
    }

    private static Optional<EncryptedPath> ofModel(@Nullable Object model, SqmPath<?> path) {
        if (model instanceof Attribute<?, ?> attribute) {
            return ofAttribute(attribute);
        }
        return model instanceof Type<?> type
                ? ofType(type, path.getNavigablePath().getLocalName())
                : Optional.empty();
    }

    // The member first: for a primitive the metamodel has the standard type, not the attribute's own.
    private static Optional<EncryptedPath> ofAttribute(Attribute<?, ?> attribute) {
        String label = label(attribute);
        if (attribute.getJavaMember() instanceof AnnotatedElement member) {
            Encrypted annotation = member.getAnnotation(Encrypted.class);
            if (annotation != null) {
                return Optional.of(new EncryptedPath(label, annotation.nulls() == Nulls.SEAL));
            }
        }
        if (attribute instanceof SingularAttribute<?, ?> singular) {
            return ofType(singular.getType(), label);
        }
        return attribute instanceof PluralAttribute<?, ?, ?> plural
                ? ofType(plural.getElementType(), label)
                : Optional.empty();
    }

    static String label(Attribute<?, ?> attribute) {
        return name(attribute.getDeclaringType()) + "." + attribute.getName();
    }

    private static Optional<EncryptedPath> ofType(Type<?> type, String label) {
        Optional<CompanionType<?>> companion = companion(type);
        if (companion.isPresent()) {
            return companion.map(found -> new EncryptedPath(label, found));
        }
        if (type instanceof BasicType<?> basic) {
            return of(basic.getJdbcMapping())
                    .map(encryption ->
                            new EncryptedPath(label, encryption.spec().sealNulls()));
        }
        if (type instanceof EmbeddableType<?> embeddable) {
            return embeddable.getAttributes().stream()
                    .flatMap(attribute -> ofAttribute(attribute).stream())
                    .reduce((one, other) -> one.sealedNulls || other.holds != Holds.VALUE ? one : other);
        }
        return Optional.empty();
    }

    private static String name(ManagedType<?> type) {
        Class<?> javaType = type.getJavaType();
        return javaType == null ? type.toString() : javaType.getSimpleName();
    }
}
