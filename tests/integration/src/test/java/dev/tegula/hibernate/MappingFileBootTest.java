package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import jakarta.persistence.PersistenceConfiguration;
import jakarta.persistence.spi.PersistenceUnitInfo;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.hibernate.Version;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.internal.MetadataBuilderImpl;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.Configuration;
import org.hibernate.jpa.HibernatePersistenceProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mapping files are held against the mapping however Hibernate was started. */
final class MappingFileBootTest {

    private static final String FILE = "mapping/people.xml";
    private static final AtomicReference<Tegula> ENGINE = new AtomicReference<>();

    static class Secret extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Secret() {
            super(ENGINE::get, "boot.secret", String.class);
        }
    }

    static class Address {
        String street = "Elm";
    }

    static class Person {
        Long id = 1L;
        Address address = new Address();
    }

    /** The ways to start Hibernate, with a mapping file from the class path. */
    enum Start {
        CONFIGURATION {
            @Override
            EntityManagerFactory factory(Map<String, Object> settings) {
                Configuration configuration = new Configuration().addResource(FILE);
                configuration.getProperties().putAll(settings);
                return configuration.buildSessionFactory();
            }
        },
        METADATA_SOURCES {
            @Override
            EntityManagerFactory factory(Map<String, Object> settings) {
                return new MetadataSources(new StandardServiceRegistryBuilder()
                                .applySettings(settings)
                                .build())
                        .addResource(FILE)
                        .buildMetadata()
                        .buildSessionFactory();
            }
        },
        PERSISTENCE_XML {
            @Override
            EntityManagerFactory factory(Map<String, Object> settings) {
                return Persistence.createEntityManagerFactory("people", settings);
            }
        },
        /** As Spring does. */
        CONTAINER {
            @Override
            EntityManagerFactory factory(Map<String, Object> settings) {
                return new HibernatePersistenceProvider().createContainerEntityManagerFactory(unit(), settings);
            }
        },
        PERSISTENCE_CONFIGURATION {
            @Override
            EntityManagerFactory factory(Map<String, Object> settings) {
                assumeThat(isHibernate6()).as("Jakarta Persistence 3.1").isFalse();
                return new PersistenceConfiguration("people")
                        .mappingFile(FILE)
                        .properties(settings)
                        .createEntityManagerFactory();
            }
        };

        abstract EntityManagerFactory factory(Map<String, Object> settings);
    }

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void convert_thatHibernateLeavesOut_stopsTheStart(Start start) throws Exception {
        String inside = "<convert attribute-name='street' converter='" + Secret.class.getName() + "'/>";

        if (isHibernate6()) {
            assertThat(columns(start, "", inside)).containsExactly("person.street");
        } else {
            assertThatThrownBy(() -> columns(start, "", inside)).satisfies(failure -> assertThat(Causes.text(failure))
                    .contains(Person.class.getName() + ".address (<convert> in the mapping file ", FILE)
                    .contains("<convert attribute-name=\"address.street\">"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void convert_thatHibernateApplies_encrypts(Start start) throws Exception {
        String dotted = "<convert attribute-name='address.street' converter='" + Secret.class.getName() + "'/>";

        assertThat(columns(start, dotted, "")).containsExactly("person.street");
    }

    @Test
    void mapping_thatIsBuiltPastItsSources_stopsTheStart() {
        Postgres database = Postgres.fresh();
        StandardServiceRegistryBuilder registry = new StandardServiceRegistryBuilder()
                .applySetting("hibernate.connection.datasource", database.dataSource());

        Metadata metadata = new MetadataBuilderImpl(new MetadataSources(registry.build())).build();

        assertThatThrownBy(metadata::buildSessionFactory)
                .satisfies(failure -> assertThat(Causes.text(failure)).contains("shows Tegula no mapping files"));
    }

    private List<String> columns(Start start, String ofEntity, String ofAddress) throws IOException {
        write(FILE, mapping(ofEntity, ofAddress));
        write("META-INF/persistence.xml", """
                <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0">
                  <persistence-unit name="people" transaction-type="RESOURCE_LOCAL">
                    <mapping-file>%s</mapping-file>
                    <exclude-unlisted-classes>true</exclude-unlisted-classes>
                  </persistence-unit>
                </persistence>
                """.formatted(FILE));
        Postgres database = Postgres.fresh();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before);
                Tegula tegula = Fixture.engine()) {
            ENGINE.set(tegula);
            thread.setContextClassLoader(loader);
            try (EntityManagerFactory factory = start.factory(Map.of(
                    Engine.PROPERTY,
                    tegula,
                    "hibernate.connection.datasource",
                    database.dataSource(),
                    "hibernate.hbm2ddl.auto",
                    "create"))) {
                return TegulaCatalogue.of(factory).stream()
                        .map((EncryptedColumn column) -> column.table() + "." + column.column())
                        .toList();
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private void write(String name, String text) throws IOException {
        Path path = directory.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static String mapping(String ofEntity, String ofAddress) {
        return """
                <entity-mappings xmlns="https://jakarta.ee/xml/ns/persistence/orm" version="3.1">
                  <entity class="OWN$Person" name="Person" access="FIELD">%s
                    <attributes><id name="id"/><embedded name="address">%s</embedded></attributes>
                  </entity>
                  <embeddable class="OWN$Address" access="FIELD">
                    <attributes><basic name="street"/></attributes>
                  </embeddable>
                </entity-mappings>
                """.formatted(ofEntity, ofAddress).replace("OWN", MappingFileBootTest.class.getName());
    }

    private static boolean isHibernate6() {
        return Version.getVersionString().startsWith("6.");
    }

    /** A unit as a container describes it; the interface differs between the versions of Jakarta Persistence. */
    private static PersistenceUnitInfo unit() {
        return (PersistenceUnitInfo) Proxy.newProxyInstance(
                MappingFileBootTest.class.getClassLoader(),
                new Class<?>[] {PersistenceUnitInfo.class},
                (proxy, method, arguments) -> answer(method));
    }

    private static @Nullable Object answer(Method method) {
        Class<?> type = method.getReturnType();
        if (type.isEnum()) {
            List<String> wanted = List.of("RESOURCE_LOCAL", "UNSPECIFIED", "NONE");
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> wanted.contains(constant.toString()))
                    .findFirst()
                    .orElseThrow();
        }
        return switch (method.getName()) {
            case "getPersistenceUnitName" -> "people";
            case "getMappingFileNames" -> List.of(FILE);
            case "getManagedClassNames", "getJarFileUrls", "getQualifierAnnotationNames", "getAllClassNames" ->
                List.of();
            case "getProperties" -> new Properties();
            case "getClassLoader" -> Thread.currentThread().getContextClassLoader();
            case "excludeUnlistedClasses" -> true;
            default -> null;
        };
    }
}
