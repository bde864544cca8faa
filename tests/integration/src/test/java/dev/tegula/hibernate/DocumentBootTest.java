package dev.tegula.hibernate;

import static dev.tegula.hibernate.DocumentMappings.sheet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.DocumentMappings.Contact;
import dev.tegula.hibernate.DocumentMappings.Patient;
import dev.tegula.hibernate.DocumentMappings.Sheet;
import dev.tegula.hibernate.DocumentMappings.SheetType;
import dev.tegula.hibernate.json.DocumentParts;
import dev.tegula.hibernate.json.DocumentParts.Part;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;
import org.hibernate.Version;
import org.hibernate.annotations.CompositeType;
import org.hibernate.annotations.Temporal;
import org.hibernate.annotations.TenantId;
import org.hibernate.envers.AuditReaderFactory;
import org.hibernate.envers.Audited;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a document with encrypted paths cannot be stops the start, and what is printed of one. */
@SuppressWarnings("SameNameButDifferent") // each type has its columns
final class DocumentBootTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "contacts[*].phone | is no path of a document",
                "$ | is no path of a document",
                "$.contacts[0].phone | is no path of a document",
                "$..phone | is no path of a document",
                "$.contacts[*].phone x | is no path of a document",
                "$.contacts[*].fone | `"
                        + "dev.tegula.hibernate.DocumentMappings$Contact` has no property `fone`, only [name, phone]",
                "$.contacts.phone | at `$.contacts` `java.util.List<dev.tegula.hibernate.DocumentMappings$Contact>` is an array",
                "$.insurance[*] | at `$.insurance` `dev.tegula.hibernate.DocumentMappings$Insurance` is no array",
                "$.city.name | `java.lang.String` has no property `name`",
            })
    void path_thatIsNoneOrLeadsNowhere_isRefused(String path, String message) {
        assertThatThrownBy(() -> DocumentParts.of(Sheet.class, List.of(new Part(path, "patient.sheet.phone"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"$.insurance,$.insurance.number", "$.city,$.city", "$.contacts[*].phone,$.contacts"})
    void path_insideOfAnotherOne_isRefused(String one, String other) {
        assertThatThrownBy(() -> DocumentParts.of(Sheet.class, List.of(new Part(one, "a.a"), new Part(other, "b.b"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("one is inside of the other");
    }

    public static class NoDocument extends DocumentType<Sheet> {
        public static class Columns {
            @Encrypted("a.city")
            String city;
        }

        public NoDocument() {
            super(Columns.class, Map.of("city", "$.city"));
        }
    }

    public static class NotEncrypted extends DocumentType<Sheet> {
        public static class Columns {
            @DocumentColumn
            String document;

            String city;
        }

        public NotEncrypted() {
            super(Columns.class, Map.of("city", "$.city"));
        }
    }

    public static class WithoutPath extends DocumentType<Sheet> {
        public static class Columns {
            @DocumentColumn
            String document;

            @Encrypted("a.city")
            String city;
        }

        public WithoutPath() {
            super(Columns.class, Map.of());
        }
    }

    public static class WithoutColumn extends DocumentType<Sheet> {
        public static class Columns {
            @DocumentColumn
            String document;

            @Encrypted("a.city")
            String city;
        }

        public WithoutColumn() {
            super(Columns.class, Map.of("city", "$.city", "phones", "$.contacts[*].phone"));
        }
    }

    public static class Further extends SheetType {}

    @Test
    void columns_thatDoNotFitThePaths_areRefused() {
        assertThatThrownBy(NoDocument::new).hasMessageContaining("without one: the document");
        assertThatThrownBy(NotEncrypted::new).hasMessageContaining("city is neither");
        assertThatThrownBy(WithoutPath::new).hasMessageContaining("city is neither");
        assertThatThrownBy(WithoutColumn::new).hasMessageContaining("without one: [phones]");
        assertThatThrownBy(Further::new).hasMessageContaining("must extend DocumentType itself");
    }

    @Entity(name = "NotEncryptedOne")
    static class NotEncryptedOne {
        @Id
        Long id;

        @CompositeType(NotEncrypted.class)
        Sheet sheet;
    }

    @Entity(name = "CachedSheet")
    @Cacheable
    static class CachedSheet {
        @Id
        Long id;

        @CompositeType(SheetType.class)
        Sheet sheet;
    }

    @Entity(name = "Sheets")
    static class Sheets {
        @Id
        Long id;

        @ElementCollection
        @CompositeType(SheetType.class)
        List<Sheet> sheets = new ArrayList<>();
    }

    @Entity(name = "Alone")
    static class Alone {
        @Id
        Long id;

        @DocumentColumn
        String document;
    }

    @Entity(name = "WithoutType")
    static class WithoutType {
        @Id
        Long id;

        @Embedded
        SheetType.Columns sheet;
    }

    @Test
    void columnOfADocument_withoutItsType_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.of(Alone.class)).hasStackTraceContaining("Alone.document has @DocumentColumn");
        assertThatThrownBy(() -> Fixture.of(WithoutType.class))
                .hasStackTraceContaining("WithoutType.sheet.document has @DocumentColumn");
    }

    @Test
    void mapping_thatCannotHoldOne_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.of(NotEncryptedOne.class)).hasStackTraceContaining("city is neither");
        Map<String, Object> cached = Map.of(
                "hibernate.cache.use_second_level_cache",
                "true",
                "hibernate.cache.region.factory_class",
                MemoryRegions.class.getName());
        assertThatThrownBy(() -> Fixture.with(cached, CachedSheet.class))
                .hasStackTraceContaining(
                        "CachedSheet.sheet is encrypted, but is a document, which the second-level cache");
        assertThatThrownBy(() -> Fixture.of(Sheets.class))
                .hasStackTraceContaining("Sheets.sheets")
                .hasStackTraceContaining("is a collection of documents with encrypted paths");
    }

    @Entity(name = "InsertedOnce")
    static class InsertedOnce {
        @Id
        Long id;

        @CompositeType(SheetType.class)
        @AttributeOverride(name = "phones", column = @Column(name = "sheet_phone", updatable = false))
        Sheet sheet;
    }

    @Embeddable
    static class Folder {
        @CompositeType(SheetType.class)
        @AttributeOverride(name = "document", column = @Column(name = "sheet", insertable = false, updatable = false))
        Sheet sheet;
    }

    @Entity(name = "ReadOnlyInFolder")
    static class ReadOnlyInFolder {
        @Id
        Long id;

        @Embedded
        Folder folder;
    }

    @Test
    void columnsThatAreNotAllWritten_stopTheStart() {
        assertThatThrownBy(() -> Fixture.of(InsertedOnce.class))
                .hasStackTraceContaining("InsertedOnce.sheet is encrypted, but only some of its columns are");
        assertThatThrownBy(() -> Fixture.of(ReadOnlyInFolder.class))
                .hasStackTraceContaining(
                        "ReadOnlyInFolder.folder.sheet is encrypted, but only some of its columns are");
    }

    public static class BoundType extends DocumentType<Sheet> {
        public static class Columns {
            @DocumentColumn
            String document;

            @Encrypted(value = "bound.city", bind = Bind.ROW)
            String city;
        }

        public BoundType() {
            super(Columns.class, Map.of("city", "$.city"));
        }
    }

    @Entity(name = "Bound")
    static class Bound {
        @Id
        Long id;

        @CompositeType(BoundType.class)
        Sheet sheet;
    }

    @Test
    void rowBinding_ofAPath_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.of(Bound.class))
                .hasStackTraceContaining("Bound.sheet.city has bind = ROW, but it is in an embeddable");
    }

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

            assertThat(logs.text()).contains("Zurich").doesNotContain("CANARY");
        }
    }
}
