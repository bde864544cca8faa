package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import org.hibernate.annotations.DiscriminatorFormula;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JoinFormula;
import org.junit.jupiter.api.Test;

/** Formulas beside encrypted attributes: they are no columns, and no reason not to start. */
final class FormulaTest {

    @Entity(name = "Measured")
    @DiscriminatorFormula("'Measured'")
    static class Measured {
        @Id
        Long id = 1L;

        @Encrypted("measured.note")
        String note = "kept from others";

        @Formula("octet_length(note)")
        int bytes;

        @ManyToOne
        @JoinFormula("id + 0")
        Unencrypted other;
    }

    @Entity(name = "Unencrypted")
    @DiscriminatorFormula("'Unencrypted'")
    static class Unencrypted {
        @Id
        Long id = 1L;

        @Formula("id + 1")
        long next;
    }

    @Test
    void formulas_besideEncryptedAttributes_work() {
        try (Fixture fixture = Fixture.of(Measured.class, Unencrypted.class)) {
            fixture.save(new Unencrypted());
            fixture.save(new Measured());

            fixture.run(session -> {
                Measured found = session.find(Measured.class, 1L);
                assertThat(found.note).isEqualTo("kept from others");
                assertThat(found.bytes).isEqualTo(found.note.length() + 75);
                assertThat(found.other.next).isEqualTo(2);
            });
        }
    }
}
