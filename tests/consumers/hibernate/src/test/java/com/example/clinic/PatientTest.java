package com.example.clinic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.KmsProvider;
import dev.tegula.test.TestTegula;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.hibernate.Hibernate;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class PatientTest {

    @Test
    void patient_saved_isReadAgainAndHiddenFromTheDatabase() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
                TestTegula tegula = TestTegula.create()) {
            DataSource dataSource = postgres.getPostgresDatabase();
            try (EntityManagerFactory factory = Persistence.createEntityManagerFactory(
                    "clinic", Map.of("jakarta.persistence.nonJtaDataSource", dataSource, "tegula.engine", tegula))) {
                Patient ada = new Patient();
                ada.name = "Ada";
                ada.ssn = "123-45-6789";
                ada.born = LocalDate.of(1985, 2, 11);
                ada.insurance = new Patient.Insurance("A-1", 3, LocalDate.of(2020, 1, 1), List.of("teeth"));
                run(factory, session -> session.persist(ada));
                tegula.rotate("patient.ssn");

                run(factory, session -> {
                    Patient found = session.find(Patient.class, ada.id);
                    assertEquals(ada.ssn, found.ssn);
                    assertEquals(ada.born, found.born);
                    assertEquals(ada.insurance, found.insurance);
                });
                TestTegula.assertNotStored(dataSource, "123-45-6789");
                TestTegula.assertNotStored(dataSource, "teeth");

                tegula.kms().deny();
                assertThrows(
                        DeniedException.class,
                        () -> run(factory, session -> session.find(Patient.class, ada.id)));
            }
        }
    }

    @Test
    void vault_onTheClassPath_isFound() {
        assertTrue(ServiceLoader.load(KmsProvider.class).stream()
                .anyMatch(provider -> provider.get().getClass().getName().startsWith("dev.tegula.kms.vault.")));
    }

    /** With those of a Spring Boot, this ran with them and not with what Tegula was built with. */
    @Test
    void versions_ofWhatIsShared_areThoseThatWereAskedFor() {
        List<String> jars = Stream.of(Hibernate.class, ObjectMapper.class, Caffeine.class, Logger.class, Test.class)
                .map(type -> Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()))
                .map(path -> path.getFileName().toString())
                .toList();
        List<String> expected = System.getProperty("consumer.boot", "").startsWith("3.5.")
                ? List.of("hibernate-core-6.6", "jackson-databind-2.19", "caffeine-3.2", "slf4j-api-2.0.17", "junit-jupiter-api-5.12")
                : List.of("hibernate-core-7.4", "jackson-databind-2.22", "caffeine-3.3", "slf4j-api-2.0.18", "junit-jupiter-api-6");
        for (int i = 0; i < jars.size(); i++) {
            assertTrue(jars.get(i).startsWith(expected.get(i)), jars + " instead of " + expected);
        }
    }

    private static void run(EntityManagerFactory factory, Consumer<EntityManager> work) {
        try (EntityManager session = factory.createEntityManager()) {
            session.getTransaction().begin();
            work.accept(session);
            session.getTransaction().commit();
        }
    }
}
