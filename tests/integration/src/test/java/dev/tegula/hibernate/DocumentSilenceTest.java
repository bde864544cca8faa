package dev.tegula.hibernate;

import static dev.tegula.hibernate.DocumentMappings.sheet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.hibernate.DocumentMappings.Contact;
import dev.tegula.hibernate.DocumentMappings.Patient;
import dev.tegula.hibernate.DocumentMappings.Sheet;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;
import org.hibernate.annotations.CompositeType;
import org.hibernate.annotations.TenantId;
import org.junit.jupiter.api.Test;

/** A path is like any attribute, and its values are printed nowhere. */
@SuppressWarnings("SameNameButDifferent") // each type has its columns
final class DocumentSilenceTest {

    public static class SealedType extends DocumentType<Sheet> {
        public static class Columns {
            @DocumentColumn
            String document;

            @Encrypted(value = "sealed.city", perTenant = true, nulls = Nulls.SEAL, padToBytes = 64)
            String city;
        }

        public SealedType() {
            super(Columns.class, Map.of("city", "$.city"));
        }
    }

    @Entity(name = "SealedSheet")
    static class SealedSheet {
        @Id
        Long id = 1L;

        @TenantId
        String tenant;

        @CompositeType(SealedType.class)
        Sheet sheet;
    }

    @Test
    void path_ofATenantWithSealedNullsAndPadding_isLikeAnyAttribute() {
        try (Fixture fixture = Fixture.of(SealedSheet.class)) {
            SealedSheet full = new SealedSheet();
            full.sheet = new Sheet("Zurich", null, List.of());
            SealedSheet empty = new SealedSheet();
            empty.id = 2L;
            try (Session session = fixture.sessions()
                    .withOptions()
                    .tenantIdentifier((Object) "acme")
                    .openSession()) {
                session.beginTransaction();
                session.persist(full);
                session.persist(empty);
                session.getTransaction().commit();
                session.clear();

                assertThat(session.find(SealedSheet.class, 1L).sheet).isEqualTo(full.sheet);
                assertThat(session.find(SealedSheet.class, 2L).sheet).isNull();
            }
            assertThat(fixture.database().rows("select distinct octet_length(city) from sealedsheet"))
                    .containsExactly(List.of(143));
            assertThat(TegulaCatalogue.of(fixture.sessions()))
                    .singleElement()
                    .matches(column ->
                            column.sealNulls() && column.tenantColumn().isPresent());
        }
    }

    @Test
    void valueOfAPath_isInNoLogAndNoFailure() {
        try (Fixture fixture = Fixture.of(Patient.class);
                Logs logs = Logs.open()) {
            Patient patient = fixture.save(new Patient(1, sheet("Zurich", "CANARY-1", new Contact("Ben", "CANARY-2"))));
            fixture.run(session ->
                    session.find(Patient.class, 1L).sheet = sheet("Bern", "CANARY-3", new Contact("Ben", "CANARY-4")));
            fixture.run(session -> session.merge(patient));
            assertThatThrownBy(() -> fixture.save(patient))
                    .satisfies(e -> assertThat(Causes.text(e)).doesNotContain("CANARY"));

            assertThat(logs.text()).contains("<- [***]").doesNotContain("CANARY");
        }
    }
}
