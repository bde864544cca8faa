package dev.tegula.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.hibernate.TegulaCatalogue;
import dev.tegula.test.TestTegula;
import dev.tegula.testing.TestDatabase;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/testing.md, run as they stand there, with Hibernate on a real PostgreSQL. */
class TestingExamplesTest {

    private static DataSource dataSource;

    @TempDir
    Path folder;

    private TestTegula tegula;
    private EntityManagerFactory factory;

    @BeforeAll
    static void start() {
        dataSource = TestDatabase.create().dataSource();
    }

    @BeforeEach
    void boot() {
        // docs:begin testing-hibernate
        tegula = TestTegula.create();
        factory = Persistence.createEntityManagerFactory(
                "clinic", Map.of("jakarta.persistence.nonJtaDataSource", dataSource, "tegula.engine", tegula));
        // docs:end testing-hibernate
        App.engine = tegula.get();
    }

    @AfterEach
    void close() {
        run(session -> session.createQuery("delete from Patient").executeUpdate());
        factory.close();
        tegula.close();
    }

    private void run(Consumer<EntityManager> work) {
        ReadmeExamplesTest.inTransaction(factory, work);
    }

    private <T> T call(Function<EntityManager, T> work) {
        try (EntityManager session = factory.createEntityManager()) {
            return work.apply(session);
        }
    }

    private static Patient ada() {
        Patient ada = new Patient();
        ada.name = "Ada";
        ada.ssn = "123-45-6789";
        ada.born = LocalDate.of(1985, 2, 11);
        return ada;
    }

    @Test
    void create_withoutJpa_encrypts() {
        // docs:begin testing-plain
        try (TestTegula tegula = TestTegula.create()) {
            FieldCipher<String> ssn = tegula.get().field("patient.ssn", String.class);
            byte[] envelope = ssn.encrypt("123-45-6789", Context.noTenant());

            tegula.rotate("patient.ssn"); // new values are written under a new key

            assertThat(ssn.decrypt(envelope, Context.noTenant())).isEqualTo("123-45-6789");
        }
        // docs:end testing-plain
    }

    @Test
    void ssn_afterRotation_isFoundAndStillHidden() {
        // docs:begin testing-hidden
        Patient ada = ada();
        run(session -> session.persist(ada));
        tegula.rotate("patient.ssn");

        TestTegula.assertNotStored(dataSource, "123-45-6789");
        // docs:end testing-hidden
        assertThat(call(session -> session.find(Patient.class, ada.id)).ssn).isEqualTo("123-45-6789");
        Patient bob = ada();
        run(session -> session.persist(bob));
        Object keys = call(
                session -> session.createNativeQuery("select count(distinct substring(ssn from 3 for 32)) from patient")
                        .getSingleResult());
        assertThat(keys).as("keys in use after the rotation").isEqualTo(2L);
    }

    @Test
    void name_inClear_isFoundByTheAssertion() {
        Patient ada = ada();
        ada.name = "123-45-6789";
        run(session -> session.persist(ada));

        assertThatThrownBy(() -> TestTegula.assertNotStored(dataSource, "123-45-6789"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("public.patient.name as text");
    }

    @Test
    void find_whileTheKmsDeniesOrIsDown_failsByType() {
        Patient ada = ada();
        run(session -> session.persist(ada));
        // docs:begin testing-outage
        tegula.kms().deny(); // the right to use the keys is gone
        assertThatThrownBy(() -> call(session -> session.find(Patient.class, ada.id)))
                .isInstanceOf(DeniedException.class);
        // docs:end testing-outage

        tegula.kms().down(); // no answer, and the cached keys have run out
        assertThatThrownBy(() -> call(session -> session.find(Patient.class, ada.id)))
                .isInstanceOf(UnavailableException.class);

        tegula.kms().slow(Duration.ofMillis(50)); // the first use of each key takes that long
        tegula.kms().work();
        assertThat(call(session -> session.find(Patient.class, ada.id)).ssn).isEqualTo("123-45-6789");
    }

    @Test
    void catalogue_ofTheMapping_isWrittenOnceAndCompared() {
        Path file = folder.resolve("tegula-fields.json");
        TestTegula.writeCatalogue(file, TegulaCatalogue.of(factory));
        // docs:begin testing-catalogue
        TestTegula.assertCatalogue(file, TegulaCatalogue.of(factory));
        // docs:end testing-catalogue
        run(session -> session.persist(ada()));
        tegula.assertCatalogue(file);

        assertThat(file).content().contains("patient.ssn", "patient.born", "visit.note");
    }

    @Test
    void catalogue_ofAnotherMapping_isNamed() throws IOException {
        Path file = folder.resolve("tegula-fields.json");
        TestTegula.writeCatalogue(file, TegulaCatalogue.of(factory));
        Files.writeString(file, Files.readString(file).replace("LOCAL_DATE", "I64"));

        assertThatThrownBy(() -> TestTegula.assertCatalogue(file, TegulaCatalogue.of(factory)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Only in the file")
                .hasMessageContaining("Only in the mapping");
    }
}
