package dev.tegula.hibernate.declared;

import dev.tegula.failure.ConfigurationException;
import jakarta.persistence.Convert;
import jakarta.persistence.Converts;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.hibernate.models.spi.MemberDetails;
import org.hibernate.models.spi.TypeDetails;

/**
 * Hibernate 7 shows {@code <map-key-convert>} without a name as it shows {@code <convert>} without one, and takes both for
 * the value of the map: the key would be stored in clear although the mapping file says that it is encrypted.
 */
final class NamelessConversions {

    private NamelessConversions() {}

    static void check(MemberDetails member, String label) {
        TypeDetails type = member.getType();
        // A method that is no getter has none.
        if (type == null || !type.isImplementor(Map.class)) {
            return;
        }
        Stream.ofNullable(member.getDirectAnnotationUsage(Converts.class))
                .flatMap(converts -> Arrays.stream(converts.value()))
                .filter(convert -> convert.attributeName().isEmpty() && Member.encrypting(convert))
                .filter(convert -> !ofClass(member, convert))
                .findFirst()
                .ifPresent(convert -> {
                    throw new ConfigurationException(label + " is a Map, and its mapping file names "
                            + convert.converter().getName()
                            + " without saying whether for the key or for the value: Hibernate 7 takes"
                            + " <map-key-convert> for <convert> then. A key cannot be encrypted, ciphertext differs"
                            + " each time. To encrypt the value write <convert attribute-name=\"value\">.");
                });
    }

    /** Whether the class itself says so; from a mapping file it always comes in a container. */
    private static boolean ofClass(MemberDetails member, Convert convert) {
        return member.toJavaMember() instanceof AnnotatedElement own
                && Stream.ofNullable(own.getAnnotation(Converts.class))
                        .flatMap(converts -> Arrays.stream(converts.value()))
                        .anyMatch(one ->
                                one.attributeName().isEmpty() && Objects.equals(one.converter(), convert.converter()));
    }
}
