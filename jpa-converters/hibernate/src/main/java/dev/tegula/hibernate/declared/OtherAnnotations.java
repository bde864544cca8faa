package dev.tegula.hibernate.declared;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Converts;
import java.lang.annotation.Annotation;
import java.util.Set;
import org.hibernate.annotations.ConverterRegistration;
import org.hibernate.annotations.ConverterRegistrations;

/** No annotation but {@code @Convert} may make use of an {@code EncryptedConverter}. */
final class OtherAnnotations {

    private static final Set<Class<?>> KNOWN =
            Set.of(Convert.class, Converts.class, ConverterRegistration.class, ConverterRegistrations.class);

    private OtherAnnotations() {}

    static void check(Member member) {
        for (Annotation annotation : member.element().getAnnotations()) {
            if (!KNOWN.contains(annotation.annotationType())) {
                NamedClasses.of(annotation)
                        .filter(EncryptedConverter.class::isAssignableFrom)
                        .findFirst()
                        .ifPresent(converter -> {
                            throw new ConfigurationException(member.label() + " names " + converter.getName() + " in @"
                                    + annotation.annotationType().getSimpleName()
                                    + ", where Hibernate compares or computes values in the database, and ciphertext"
                                    + " differs each time. Name another converter there.");
                        });
            }
        }
    }
}
