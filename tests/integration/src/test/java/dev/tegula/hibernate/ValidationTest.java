package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.junit.jupiter.api.Test;

/** Bean validation looks at values before they are encrypted; the database does not check ciphertext. */
final class ValidationTest {

    @Entity(name = "Limited")
    static class Limited {
        @Id
        Long id;

        @Min(18)
        @Max(120)
        @Encrypted("limited.age")
        int age;

        @NotNull
        @Size(max = 5)
        @Encrypted("limited.code")
        String code;
    }

    @Test
    void validValue_withBounds_isStored() {
        try (Fixture fixture = Fixture.of(Limited.class)) {
            fixture.save(limited(30, "abcde"));

            assertThat(fixture.call(session -> session.find(Limited.class, 1L)).age)
                    .isEqualTo(30);
        }
    }

    @Test
    void invalidValue_withBounds_isRefusedInJava() {
        try (Fixture fixture = Fixture.of(Limited.class)) {
            assertThatThrownBy(() -> fixture.save(limited(3, "abcde")))
                    .isInstanceOf(ConstraintViolationException.class);
            assertThatThrownBy(() -> fixture.save(limited(30, "abcdef")))
                    .isInstanceOf(ConstraintViolationException.class);
        }
    }

    @Test
    void column_ofABoundedNumber_checksTheEnvelopeAndNotTheNumber() {
        try (Fixture fixture = Fixture.of(Limited.class)) {
            assertThat(fixture.database()
                            .rows("select pg_get_constraintdef(oid) from pg_constraint"
                                    + " where conrelid = 'limited'::regclass and contype = 'c'")
                            .toString())
                    .contains("octet_length(age) >= 75")
                    .doesNotContain("18", "120");
        }
    }

    private static Limited limited(int age, String code) {
        Limited limited = new Limited();
        limited.id = 1L;
        limited.age = age;
        limited.code = code;
        return limited;
    }
}
