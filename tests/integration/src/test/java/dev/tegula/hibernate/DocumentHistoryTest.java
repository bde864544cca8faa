package dev.tegula.hibernate;

import static dev.tegula.hibernate.DocumentMappings.sheet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.hibernate.DocumentMappings.Clock;
import dev.tegula.hibernate.DocumentMappings.ClockType;
import dev.tegula.hibernate.DocumentMappings.Contact;
import dev.tegula.hibernate.DocumentMappings.Sheet;
import dev.tegula.hibernate.DocumentMappings.SheetType;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.Map;
import org.hibernate.Version;
import org.hibernate.annotations.CompositeType;
import org.hibernate.annotations.Temporal;
import org.hibernate.envers.AuditReaderFactory;
import org.hibernate.envers.Audited;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories of documents with encrypted paths. */
final class DocumentHistoryTest {

    @Entity(name = "AuditedSheet")
    @Audited
    static class AuditedSheet {
        @Id
        Long id = 1L;

        @CompositeType(SheetType.class)
        Sheet sheet = sheet("Zurich", "H-9753", new Contact("Ben", "+41 44 1"));
    }

    @Test
    void historyOfEnvers_holdsDocumentsLikeTheTable() {
        try (Fixture fixture = Fixture.of(AuditedSheet.class)) {
            AuditedSheet first = fixture.save(new AuditedSheet());
            Sheet changed = sheet("Bern", "H-9754", new Contact("Ben", "+41 44 2"));
            fixture.run(session -> session.find(AuditedSheet.class, 1L).sheet = changed);

            fixture.run(session -> {
                assertThat(AuditReaderFactory.get(session).find(AuditedSheet.class, 1L, 1).sheet)
                        .isEqualTo(first.sheet);
                assertThat(AuditReaderFactory.get(session).find(AuditedSheet.class, 1L, 2).sheet)
                        .isEqualTo(changed);
            });
            assertThat(fixture.database().dump()).doesNotContain("H-975", "+41 44");
            assertThat(TegulaCatalogue.of(fixture.sessions()))
                    .extracting(EncryptedColumn::label)
                    .containsExactlyInAnyOrder(
                            "public.auditedsheet.sheet_number",
                            "public.auditedsheet.sheet_phone",
                            "public.auditedsheet_aud.sheet_number",
                            "public.auditedsheet_aud.sheet_phone");
        }
    }

    @Entity(name = "AuditedClock")
    @Audited(withModifiedFlag = true)
    static class AuditedClock {
        @Id
        Long id = 1L;

        @CompositeType(ClockType.class)
        Clock clock = new Clock();
    }

    /** Envers asks for each column by itself, and in an order of its own. */
    @Test
    void historyOfADocumentThatChangesByItself_isOfOneLookForEachRevision() {
        try (Fixture fixture = Fixture.of(AuditedClock.class)) {
            AuditedClock saved = new AuditedClock();
            saved.clock.secret = "CANARY-1";
            fixture.save(saved);
            fixture.run(session -> session.find(AuditedClock.class, 1L).clock.secret = "CANARY-2");
            fixture.run(session -> {
                session.find(AuditedClock.class, 1L).clock.secret = "CANARY-3";
                session.flush();
                session.find(AuditedClock.class, 1L).clock.secret = "CANARY-4";
            });

            fixture.run(session -> assertThat(List.of(1, 2, 3))
                    .extracting(revision ->
                            AuditReaderFactory.get(session).find(AuditedClock.class, 1L, revision).clock.secret)
                    .containsExactly("CANARY-1", "CANARY-2", "CANARY-4"));
            assertThat(fixture.database().dump()).doesNotContain("CANARY");
        }
    }

    @Entity(name = "TemporalSheet")
    @Temporal
    static class TemporalSheet {
        @Id
        Long id = 1L;

        @CompositeType(SheetType.class)
        Sheet sheet = sheet("Zurich", "H-9753", new Contact("Ben", "+41 44 1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HISTORY_TABLE", "SINGLE_TABLE"})
    void historyOfHibernate7_holdsDocumentsLikeTheTable(String strategy) {
        assumeThat(Version.getVersionString()).as("6.6 keeps no history").doesNotStartWith("6.");
        try (Fixture fixture =
                Fixture.with(Map.of("hibernate.temporal.table_strategy", strategy), TemporalSheet.class)) {
            fixture.save(new TemporalSheet());
            Sheet changed = sheet("Bern", "H-9754", new Contact("Ben", "+41 44 2"));
            fixture.run(session -> session.find(TemporalSheet.class, 1L).sheet = changed);

            assertThat(fixture.call(session -> session.find(TemporalSheet.class, 1L)).sheet)
                    .isEqualTo(changed);
            assertThat(fixture.database().dump()).contains("Zurich", "Bern").doesNotContain("H-975", "+41 44");
        }
    }
}
