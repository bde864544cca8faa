package dev.tegula.hibernate.guard;

import dev.tegula.hibernate.Bind;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.hibernate.EncryptedQueryException;
import jakarta.persistence.metamodel.Attribute;
import jakarta.persistence.metamodel.SingularAttribute;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import java.util.function.Predicate;
import org.hibernate.annotations.TenantId;
import org.hibernate.metamodel.model.domain.ManagedDomainType;
import org.hibernate.query.sqm.tree.domain.SqmPath;

/** Refuses a bulk UPDATE of what encrypted values of the same row are bound to: its primary key, or its tenant. They would open nowhere. */
final class BoundValues {

    private BoundValues() {}

    static void refuseMoving(SqmPath<?> target) {
        if (anyOf(target, attribute -> attribute instanceof SingularAttribute<?, ?> single && single.isId())) {
            bound(target, annotation -> annotation.bind() == Bind.ROW).ifPresent(value -> {
                throw new EncryptedQueryException(target.getNavigablePath().getLocalName()
                        + " is the primary key, or a part of it, and the values of " + value
                        + " are bound to it (bind = ROW): changed by a statement, they would open nowhere. Where it must change,"
                        + " change it in SQL that writes down the old and new keys, and bind the values to the new ones by `tegula"
                        + " rebind TABLE --moved FILE`.");
            });
        }
        if (anyOf(target, attribute -> annotation(attribute, TenantId.class).isPresent())) {
            bound(target, Encrypted::perTenant).ifPresent(value -> {
                throw new EncryptedQueryException(target.getNavigablePath().getLocalName()
                        + " is the tenant, whose key encrypts the values of " + value
                        + ": changed by a statement, they would open nowhere. Read them in a session of the one tenant, and save"
                        + " them in one of the other.");
            });
        }
    }

    private static boolean anyOf(SqmPath<?> target, Predicate<Attribute<?, ?>> wanted) {
        for (SqmPath<?> path = target; path != null; path = path.getLhs()) {
            if (path.getModel() instanceof Attribute<?, ?> attribute && wanted.test(attribute)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> bound(SqmPath<?> target, Predicate<Encrypted> wanted) {
        SqmPath<?> root = target;
        while (root.getLhs() != null) {
            root = root.getLhs();
        }
        return root.getModel() instanceof ManagedDomainType<?> type ? inType(type, wanted) : Optional.empty();
    }

    private static Optional<String> inType(ManagedDomainType<?> type, Predicate<Encrypted> wanted) {
        for (Attribute<?, ?> attribute : type.getAttributes()) {
            Optional<String> found =
                    annotation(attribute, Encrypted.class).filter(wanted).isPresent()
                            ? Optional.of(EncryptedPath.label(attribute))
                            : attribute instanceof SingularAttribute<?, ?> single
                                            && !single.isAssociation()
                                            && single.getType() instanceof ManagedDomainType<?> inside
                                    ? inType(inside, wanted)
                                    : Optional.empty();
            if (found.isPresent()) {
                return found;
            }
        }
        return type.getSubTypes().stream()
                .flatMap(sub -> inType(sub, wanted).stream())
                .findFirst();
    }

    private static <A extends Annotation> Optional<A> annotation(Attribute<?, ?> attribute, Class<A> type) {
        return attribute.getJavaMember() instanceof AnnotatedElement member
                ? Optional.ofNullable(member.getAnnotation(type))
                : Optional.empty();
    }
}
