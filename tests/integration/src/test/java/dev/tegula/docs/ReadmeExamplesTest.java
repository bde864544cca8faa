package dev.tegula.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.kms.tink.TinkKms;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of README.md, run as they stand there, and the calls of docs/configuration.md. */
class ReadmeExamplesTest {

    private static final String SSN = "123-45-6789";

    @TempDir
    static Path folder;

    private static Clinic clinic;

    @BeforeAll
    static void start() throws Exception {
        clinic = new Clinic(
                folder, List.of(Clinic.scope("patient.ssn"), Clinic.scope("patient.born"), Clinic.scope("visit.note")));
    }

    @Test
    void entity_saved_isAnEnvelopeInTheDatabaseAndAValueInTheApplication() throws Exception {
        Path keyset = clinic.keyset;
        Path passphraseFile = clinic.passphraseFile;
        DataSource dataSource = clinic.dataSource();
        DataSource registryDataSource = clinic.dataSource();
        String pin = clinic.pin;
        // docs:begin readme-engine
        Tegula tegula = Tegula.builder("clinic-prod")
                .kek("main", TinkKms.open(keyset, passphraseFile), "primary")
                .registry(registryDataSource, pin) // not the pool that JPA uses
                .build();
        EntityManagerFactory factory = Persistence.createEntityManagerFactory(
                "clinic", Map.of("jakarta.persistence.nonJtaDataSource", dataSource, "tegula.engine", tegula));
        // docs:end readme-engine
        App.engine = tegula;
        try (tegula;
                factory) {
            Patient ada = new Patient();
            ada.name = "Ada Ferreira";
            ada.ssn = SSN;
            ada.born = LocalDate.of(1985, 2, 11);
            Visit visit = new Visit();
            visit.note = "penicillin allergy";
            inTransaction(factory, session -> {
                session.persist(ada);
                session.persist(visit);
            });

            byte[] stored = clinic.bytes("select ssn from patient").get(0);
            assertThat(stored).startsWith(1, 0).hasSize(SSN.length() + EnvelopeHead.MIN_BYTES);
            assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain(SSN);
            byte[] note = clinic.bytes("select note from visit").get(0);
            assertThat(note).startsWith(1, 0).hasSize(visit.note.length() + EnvelopeHead.MIN_BYTES);
            inTransaction(factory, session -> {
                Patient found = session.find(Patient.class, ada.id);
                assertThat(found.ssn).isEqualTo(SSN);
                assertThat(found.born).isEqualTo(ada.born);
                assertThat(session.find(Visit.class, visit.id).note).isEqualTo(visit.note);
            });
        }
    }

    @Test
    void fieldCipher_withoutJpa_opensWhatItSealed() {
        try (Tegula tegula = clinic.engine()) {
            FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);
            byte[] envelope = ssn.encrypt("123-45-6789", Context.noTenant());
            String value = ssn.decrypt(envelope, Context.noTenant());
            assertThat(value).isEqualTo(SSN);
            assertThat(envelope).startsWith(1, 0).hasSize(SSN.length() + EnvelopeHead.MIN_BYTES);
        }
    }

    @Test
    void builder_withAllSettings_encrypts() {
        Path keyset = clinic.keyset;
        Path passphraseFile = clinic.passphraseFile;
        DataSource registryDataSource = clinic.dataSource();
        String pin = clinic.pin;
        Tegula tegula = Tegula.builder("clinic-prod")
                .kek("main", TinkKms.open(keyset, passphraseFile), "primary")
                .registry(registryDataSource, pin)
                .settings(KeyringSettings.defaults().withWriteLease(Duration.ofSeconds(30)))
                .instanceName("app-1")
                .build();
        try (tegula) {
            assertThat(tegula.field("patient.ssn", String.class).encrypt(SSN, Context.noTenant()))
                    .isNotEmpty();
        }
    }

    static void inTransaction(EntityManagerFactory factory, Consumer<EntityManager> work) {
        try (EntityManager session = factory.createEntityManager()) {
            session.getTransaction().begin();
            work.accept(session);
            session.getTransaction().commit();
        }
    }
}
