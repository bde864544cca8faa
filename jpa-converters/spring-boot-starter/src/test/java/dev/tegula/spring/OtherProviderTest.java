package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.jpa.EncryptedConverter;
import dev.tegula.spring.clinic.Patient;
import dev.tegula.spring.notes.Visit;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.metamodel.ManagedType;
import jakarta.persistence.metamodel.Metamodel;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import org.hibernate.annotations.CompositeType;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A provider that is not Hibernate, and does not see the annotations. */
class OtherProviderTest {

    static class OfADocument {
        @CompositeType(Visit.SheetType.class)
        Visit.Sheet sheet;
    }

    static class Inherited extends Patient {}

    static class ByConverter {
        @Convert(converter = Note.class)
        String note;
    }

    static class Note extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Note() {
            super(
                    () -> {
                        throw new IllegalStateException("not asked");
                    },
                    "other.note",
                    String.class);
        }
    }

    private static ApplicationContextRunner mapping(Class<?> type) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(TegulaHibernateAutoConfiguration.class))
                .withBean(EntityManagerFactory.class, () -> factory(type));
    }

    private static EntityManagerFactory factory(Class<?> type) {
        ManagedType<?> managed = answering(ManagedType.class, Map.of("getJavaType", type));
        Metamodel metamodel = answering(Metamodel.class, Map.of("getManagedTypes", Set.of(managed)));
        return answering(EntityManagerFactory.class, Map.of("getMetamodel", metamodel));
    }

    /** As the standard says: what a provider does not have it does not unwrap. */
    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "unwrap" -> throw new PersistenceException("not of this provider");
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    default -> answers.get(method.getName());
                }));
    }

    @Test
    void start_withAnAnnotationThatTheProviderDoesNotRead_isRefused() {
        Map<Class<?>, String> refused = Map.of(
                Patient.class, Patient.class.getName() + ".ssn",
                Inherited.class, Inherited.class.getName() + ".ssn",
                OfADocument.class, OfADocument.class.getName() + ".sheet");
        refused.forEach((type, attribute) -> mapping(type).run(context -> assertThat(context)
                .getFailure()
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(attribute + " is encrypted by an annotation, which only Hibernate reads")));
    }

    @Test
    void start_withAConverter_goesOn() {
        mapping(ByConverter.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(EncryptedMappings.class).all()).isEmpty();
        });
    }
}
