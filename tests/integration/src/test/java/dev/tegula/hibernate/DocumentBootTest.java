package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.failure.ConfigurationException;
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
import org.hibernate.annotations.CompositeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a document with encrypted paths cannot be stops the start. */
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

    public static class IndexedType extends DocumentType<Sheet> {
        public static class Columns {
            @DocumentColumn
            String document;

            @Encrypted("indexed.city")
            String city;

            @BlindIndexOf("city")
            BlindIndex cityIndex;
        }

        public IndexedType() {
            super(Columns.class, Map.of("city", "$.city"));
        }
    }

    @Entity(name = "IndexOfADocument")
    static class IndexOfADocument {
        @Id
        Long id;

        @CompositeType(SheetType.class)
        Sheet sheet;

        @BlindIndexOf("sheet")
        BlindIndex index;
    }

    @Entity(name = "IndexOfAPath")
    static class IndexOfAPath {
        @Id
        Long id;

        @CompositeType(SheetType.class)
        Sheet sheet;

        @BlindIndexOf("phones")
        BlindIndex index;
    }

    @Entity(name = "TokensOfADocument")
    static class TokensOfADocument {
        @Id
        Long id;

        @CompositeType(SheetType.class)
        Sheet sheet;

        @BlindTokensOf("sheet")
        BlindTokens words;
    }

    /** The values of a path are one envelope for each row, with marks in it: an index of that would find nothing. */
    @Test
    void indexOfAPath_isRefusedWhereverItStands() {
        assertThatThrownBy(IndexedType::new)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cityIndex is a blind index or holds blind tokens, which the values of a path");
        assertThatThrownBy(() -> Fixture.of(IndexOfADocument.class))
                .hasStackTraceContaining(
                        "IndexOfADocument.index is a blind index, but is of \"sheet\", which is an embeddable or a document");
        assertThatThrownBy(() -> Fixture.of(IndexOfAPath.class))
                .hasStackTraceContaining(
                        "IndexOfAPath.index is a blind index, but names \"phones\", which is no attribute");
        assertThatThrownBy(() -> Fixture.of(TokensOfADocument.class))
                .hasStackTraceContaining("TokensOfADocument.words holds blind tokens, but is of \"sheet\"");
    }
}
