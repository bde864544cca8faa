package dev.tegula.spring;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.BlindTokensOf;
import dev.tegula.hibernate.DocumentType;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.metamodel.ManagedType;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.CompositeType;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Another provider than Hibernate reads no annotation of Tegula's, and would store in clear what they say is encrypted: then nothing
 * starts.
 */
final class OtherProviders implements SmartInitializingSingleton {

    private final ListableBeanFactory beans;

    OtherProviders(ListableBeanFactory beans) {
        this.beans = beans;
    }

    /** Whether Hibernate made it. */
    static boolean isHibernate(EntityManagerFactory factory) {
        try {
            return factory.unwrap(SessionFactory.class) != null;
        } catch (PersistenceException e) {
            return false; // as the standard says of a type that a provider does not have
        }
    }

    @Override
    public void afterSingletonsInstantiated() {
        Map<String, EntityManagerFactory> factories =
                BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, EntityManagerFactory.class);
        factories.values().stream()
                .filter(factory -> !isHibernate(factory))
                .flatMap(factory -> factory.getMetamodel().getManagedTypes().stream())
                .map(ManagedType::getJavaType)
                .flatMap(type -> declared(type).stream())
                .findFirst()
                .ifPresent(attribute -> {
                    throw new ConfigurationException(attribute
                            + " is encrypted by an annotation, which only Hibernate reads: this provider would store it in clear."
                            + " Map its entity with Hibernate, or put an EncryptedConverter (@Convert) in the place of the"
                            + " annotation.");
                });
    }

    private static Optional<String> declared(Class<?> type) {
        for (Class<?> one = type; one != null && one != Object.class; one = one.getSuperclass()) {
            Optional<String> found = Stream.concat(
                            Arrays.stream(one.getDeclaredFields()), Arrays.stream(one.getDeclaredMethods()))
                    .filter(OtherProviders::isEncrypted)
                    .map(member -> type.getName() + "." + member.getName())
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean isEncrypted(AnnotatedElement member) {
        CompositeType composite = member.getAnnotation(CompositeType.class);
        return List.of(Encrypted.class, BlindIndexOf.class, BlindTokensOf.class).stream()
                        .anyMatch(member::isAnnotationPresent)
                || (composite != null && DocumentType.class.isAssignableFrom(composite.value()));
    }
}
