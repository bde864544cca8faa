package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** One entity, stored and read. */
final class EncryptedTest {

    @Entity(name = "Patient")
    static class Patient {
        @Id
        @GeneratedValue
        UUID id;

        String name;

        @Encrypted("patient.ssn")
        String ssn;

        @Encrypted("patient.born")
        LocalDate born;
    }

    @Test
    void find_afterPersist_returnsTheValue() {
        try (Fixture fixture = Fixture.of(Patient.class)) {
            Patient ada = fixture.save(ada());

            Patient found = fixture.call(session -> session.find(Patient.class, ada.id));

            assertThat(found.ssn).isEqualTo("123-45-6789");
            assertThat(found.born).isEqualTo(LocalDate.of(1815, 12, 10));
        }
    }

    @Test
    void persist_ofAValue_storesAnEnvelopeOfItsField() {
        try (Fixture fixture = Fixture.of(Patient.class)) {
            fixture.save(ada());

            byte[] stored = fixture.database().bytes("select ssn from patient");

            assertThat(stored).hasSize(75 + "123-45-6789".length()).startsWith(1, 0);
            assertThat(fixture.database().dump()).contains("Ada").doesNotContain("123-45-6789");
        }
    }

    @Test
    void persist_ofNull_storesNull() {
        try (Fixture fixture = Fixture.of(Patient.class)) {
            Patient nobody = fixture.save(new Patient());

            assertThat(fixture.database().value("select ssn from patient")).isNull();
            assertThat(fixture.call(session -> session.find(Patient.class, nobody.id)).ssn)
                    .isNull();
        }
    }

    private static Patient ada() {
        Patient ada = new Patient();
        ada.name = "Ada";
        ada.ssn = "123-45-6789";
        ada.born = LocalDate.of(1815, 12, 10);
        return ada;
    }
}
