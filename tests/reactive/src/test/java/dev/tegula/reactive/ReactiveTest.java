package dev.tegula.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.hibernate.TellChanges;
import dev.tegula.jpa.EncryptedConverter;
import dev.tegula.test.TestTegula;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.hibernate.SessionFactory;
import org.hibernate.boot.registry.StandardServiceRegistry;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.Configuration;
import org.hibernate.reactive.provider.ReactiveServiceRegistryBuilder;
import org.hibernate.reactive.stage.Stage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing is encrypted under Hibernate Reactive, which says so at boot; what is not encrypted works beside Tegula as without it. */
final class ReactiveTest {

    private static final String CANARY = "CANARY-RX-1";

    private static EmbeddedPostgres server;
    private static TestTegula tegula;

    @BeforeAll
    static void open() throws IOException {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("fsync", "off")
                .start();
        tegula = TestTegula.create();
    }

    @AfterAll
    static void close() throws IOException {
        tegula.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Annotated, Annotated.ssn is encrypted",
        "Converted, Converted.ssn is encrypted",
        "Told, Told are to be told"
    })
    void mapping_withSomethingOfTegula_isRefusedWithTheReason(String entity, String what) throws Exception {
        Class<?> type = Class.forName(ReactiveTest.class.getName() + "$" + entity);
        Configuration configuration = configuration(type, "postgresql://localhost:" + server.getPort() + "/postgres");
        StandardServiceRegistry services = new ReactiveServiceRegistryBuilder()
                .applySettings(configuration.getProperties())
                .build();
        try {
            assertThatThrownBy(() -> configuration.buildSessionFactory(services).close())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(what)
                    .hasMessageContaining("Hibernate Reactive")
                    .hasMessageContaining("event loop")
                    .hasMessageContaining("a persistence unit of Hibernate ORM");
        } finally {
            StandardServiceRegistryBuilder.destroy(services);
        }
    }

    @Test
    void mapping_withoutEncryption_worksBesideTegula() throws Exception {
        Configuration configuration =
                configuration(Clear.class, "postgresql://localhost:" + server.getPort() + "/postgres");
        StandardServiceRegistry services = new ReactiveServiceRegistryBuilder()
                .applySettings(configuration.getProperties())
                .build();
        try (SessionFactory sessions = configuration.buildSessionFactory(services)) {
            Stage.SessionFactory stages = sessions.unwrap(Stage.SessionFactory.class);
            Clear clear = new Clear();
            clear.id = 1L;
            clear.name = "Ada";

            stages.withTransaction(session -> session.persist(clear))
                    .toCompletableFuture()
                    .get(1, TimeUnit.MINUTES);

            assertThat(stages.withTransaction(session -> session.createSelectionQuery(
                                            "select c.name from Clear c where c.name = :name", String.class)
                                    .setParameter("name", "Ada")
                                    .getSingleResult())
                            .toCompletableFuture()
                            .get(1, TimeUnit.MINUTES))
                    .isEqualTo("Ada");
        }
    }

    /** The cure that the refusal names, with Reactive on the same class path. */
    @Test
    void mapping_inAUnitOfHibernateOrm_encryptsBesideReactive() {
        Configuration configuration =
                configuration(Annotated.class, "jdbc:postgresql://localhost:" + server.getPort() + "/postgres");
        try (SessionFactory sessions = configuration.buildSessionFactory()) {
            Annotated annotated = new Annotated();
            annotated.id = 1L;
            annotated.ssn = CANARY;
            sessions.inTransaction(session -> session.persist(annotated));

            assertThat(sessions.fromTransaction(session -> session.find(Annotated.class, 1L)).ssn)
                    .isEqualTo(CANARY);
            TestTegula.assertNotStored(server.getPostgresDatabase(), CANARY);
        }
    }

    private static Configuration configuration(Class<?> entity, String url) {
        Configuration configuration = new Configuration().addAnnotatedClass(entity);
        Properties properties = configuration.getProperties();
        properties.put("jakarta.persistence.jdbc.url", url);
        properties.put("jakarta.persistence.jdbc.user", "postgres");
        properties.put("jakarta.persistence.jdbc.password", "postgres");
        properties.put("hibernate.hbm2ddl.auto", "create");
        properties.put("tegula.engine", tegula);
        return configuration;
    }

    @Entity(name = "Annotated")
    static class Annotated {
        @Id
        Long id;

        @Encrypted("reactive.ssn")
        String ssn;
    }

    @Converter
    static class Ssn extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Ssn() {
            super(tegula, "reactive.ssn", String.class);
        }
    }

    @Entity(name = "Converted")
    static class Converted {
        @Id
        Long id;

        @Convert(converter = Ssn.class)
        String ssn;
    }

    @Entity(name = "Told")
    @TellChanges("appointment")
    static class Told {
        @Id
        Long id;
    }

    @Entity(name = "Clear")
    static class Clear {
        @Id
        Long id;

        String name;
    }
}
