package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import jakarta.persistence.UniqueConstraint;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hibernate.annotations.ColumnDefault;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.DynamicInsert;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.OptimisticLockType;
import org.hibernate.annotations.OptimisticLocking;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Mappings that cannot work with ciphertext stop the start, naming class and attribute. */
final class BootRefusalTest {

    @Entity(name = "EncryptedId")
    static class EncryptedId {
        @Id
        @Encrypted("x.id")
        String code;
    }

    @Entity(name = "EncryptedVersion")
    static class EncryptedVersion {
        @Id
        Long id;

        @Version
        @Encrypted("x.version")
        int revision;
    }

    @Entity(name = "EncryptedNaturalId")
    static class EncryptedNaturalId {
        @Id
        Long id;

        @NaturalId
        @Encrypted("x.natural")
        String natural;
    }

    @Entity(name = "EncryptedAssociation")
    static class EncryptedAssociation {
        @Id
        Long id;

        @ManyToOne
        @Encrypted("x.association")
        EncryptedAssociation parent;
    }

    @Converter
    static class Reversed implements AttributeConverter<String, String> {
        @Override
        public String convertToDatabaseColumn(String value) {
            return value == null ? null : new StringBuilder(value).reverse().toString();
        }

        @Override
        public String convertToEntityAttribute(String value) {
            return convertToDatabaseColumn(value);
        }
    }

    @Entity(name = "Converted")
    static class Converted {
        @Id
        Long id;

        @Convert(converter = Reversed.class)
        @Encrypted("x.converted")
        String twice;
    }

    @Entity(name = "UniqueColumn")
    static class UniqueColumn {
        @Id
        Long id;

        @Column(unique = true)
        @Encrypted("x.unique")
        String only;
    }

    @Entity(name = "UniqueTogether")
    @Table(uniqueConstraints = @UniqueConstraint(columnNames = {"name", "only"}))
    static class UniqueTogether {
        @Id
        Long id;

        String name;

        @Encrypted("x.unique")
        String only;
    }

    @Entity(name = "Indexed")
    @Table(indexes = @Index(columnList = "name, sought"))
    static class Indexed {
        @Id
        Long id;

        String name;

        @Encrypted("x.indexed")
        String sought;
    }

    @Entity(name = "Item")
    static class Item {
        @Id
        Long id;

        @Encrypted("x.rank")
        String rank;

        @ManyToOne
        Ordered parent;
    }

    @Entity(name = "Ordered")
    static class Ordered {
        @Id
        Long id;

        @OneToMany(mappedBy = "parent")
        @OrderBy("rank desc")
        List<Item> items = new ArrayList<>();
    }

    @Entity(name = "OrderedElements")
    static class OrderedElements {
        @Id
        Long id;

        @ElementCollection
        @OrderBy
        @Encrypted("x.element")
        List<String> elements = new ArrayList<>();
    }

    @Entity(name = "LockAll")
    @OptimisticLocking(type = OptimisticLockType.ALL)
    @DynamicUpdate
    static class LockAll {
        @Id
        Long id;

        @Encrypted("x.lock")
        String locked;
    }

    @Entity(name = "LockDirty")
    @OptimisticLocking(type = OptimisticLockType.DIRTY)
    @DynamicUpdate
    static class LockDirty {
        @Id
        Long id;

        @Encrypted("x.lock")
        String locked;
    }

    @Entity(name = "Xmin")
    static class Xmin {
        @Id
        Long id;

        @Version
        @Generated
        @Column(name = "xmin")
        int version;

        @Encrypted("x.xmin")
        String secret;
    }

    @Entity(name = "SetOfBasics")
    static class SetOfBasics {
        @Id
        Long id;

        @ElementCollection
        @Encrypted("x.set")
        Set<String> members = new HashSet<>();
    }

    @Embeddable
    record Part(@Encrypted("x.part") String secret, String plain) {}

    @Entity(name = "SetOfEmbeddables")
    static class SetOfEmbeddables {
        @Id
        Long id;

        @ElementCollection
        Set<Part> parts = new HashSet<>();
    }

    @Entity(name = "KeyOfMap")
    static class KeyOfMap {
        @Id
        Long id;

        @ElementCollection
        Map<Part, String> byPart = Map.of();
    }

    @Entity(name = "OneType")
    static class OneType {
        @Id
        Long id;

        @Encrypted("x.type")
        String text;
    }

    @Entity(name = "OtherType")
    static class OtherType {
        @Id
        Long id;

        @Encrypted("x.type")
        Long number;
    }

    @Entity(name = "OtherKey")
    static class OtherKey {
        @Id
        Long id;

        @Encrypted(value = "x.type", perTenant = true)
        String text;
    }

    @Entity(name = "Unsupported")
    static class Unsupported {
        @Id
        Long id;

        @Encrypted("x.date")
        Date when;
    }

    @Entity(name = "TextColumn")
    static class TextColumn {
        @Id
        Long id;

        @Column(columnDefinition = "text")
        @Encrypted("x.text")
        String text;
    }

    @Entity(name = "Transformed")
    static class Transformed {
        @Id
        Long id;

        @ColumnTransformer(read = "upper(text)")
        @Encrypted("x.transformed")
        String text;
    }

    @Entity(name = "Computed")
    static class Computed {
        @Id
        Long id;

        @Formula("'x'")
        @Encrypted("x.formula")
        String text;
    }

    @Entity(name = "MadeByDatabase")
    static class MadeByDatabase {
        @Id
        Long id;

        @Generated
        @Encrypted("x.generated")
        String text;
    }

    @Entity(name = "Defaulted")
    static class Defaulted {
        @Id
        Long id;

        @ColumnDefault("'secret'")
        @Encrypted("x.default")
        String text;
    }

    @Entity(name = "Checked")
    static class Checked {
        @Id
        Long id;

        @SuppressWarnings("deprecation") // Hibernate 6.6 has no other
        @org.hibernate.annotations.Check(constraints = "text <> 'x'")
        @Encrypted("x.check")
        String text;
    }

    @Entity(name = "Reserved")
    static class Reserved {
        @Id
        Long id;

        @Encrypted("tegula.registry")
        String text;
    }

    @Entity(name = "Misnamed")
    static class Misnamed {
        @Id
        Long id;

        @Encrypted("Patient SSN")
        String text;
    }

    @Entity(name = "Overpadded")
    static class Overpadded {
        @Id
        Long id;

        @Encrypted(value = "x.padded", padToBytes = 1 << 20)
        String text;
    }

    @Entity(name = "NotMapped")
    static class NotMapped {
        @Id
        Long id;

        @Transient
        @Encrypted("x.transient")
        String text;
    }

    @Entity(name = "ReadThroughGetters")
    static class ReadThroughGetters {
        private Long id;

        @Encrypted("x.field")
        private String text;

        @Id
        public Long getId() {
            return id;
        }

        public void setId(Long id) {
            this.id = id;
        }

        public String getText() {
            return text;
        }

        public void setText(String text) {
            this.text = text;
        }
    }

    @Entity(name = "SealedButLeftOut")
    @DynamicInsert
    static class SealedButLeftOut {
        @Id
        Long id;

        @Encrypted(value = "x.sealed", nulls = Nulls.SEAL)
        String text;
    }

    @Entity(name = "CustomType")
    static class CustomType {
        @Id
        Long id;

        @org.hibernate.annotations.Type(Upper.class)
        @Encrypted("x.custom")
        String text;
    }

    static Stream<Arguments> mappings() {
        return Stream.of(
                refused("EncryptedId.code", "comparable", EncryptedId.class),
                refused("EncryptedVersion.revision", "Version", EncryptedVersion.class),
                refused("EncryptedNaturalId.natural", "NaturalId", EncryptedNaturalId.class),
                refused("EncryptedAssociation.parent", "associations", EncryptedAssociation.class),
                refused("Converted.twice", "@Convert", Converted.class),
                refused("UniqueColumn.only", "unique", UniqueColumn.class),
                refused("UniqueTogether.only", "unique", UniqueTogether.class),
                refused("Indexed.sought", "@Index", Indexed.class),
                refused("Item.rank", "no order", Ordered.class, Item.class),
                refused("OrderedElements.elements", "no order", OrderedElements.class),
                refused("LockAll.locked", "OptimisticLockType.ALL", LockAll.class),
                refused("LockDirty.locked", "OptimisticLockType.DIRTY", LockDirty.class),
                refused("Xmin.secret", "xmin", Xmin.class),
                refused("SetOfBasics.members", "Set", SetOfBasics.class),
                refused("SetOfEmbeddables.parts.secret", "Set", SetOfEmbeddables.class),
                refused("KeyOfMap.byPart", "key of a Map", KeyOfMap.class),
                refused("OtherType.number", "is Long in", OneType.class, OtherType.class),
                refused("OtherKey.text", "perTenant", OneType.class, OtherKey.class),
                refused("Unsupported.when", "java.util.Date", Unsupported.class),
                refused("TextColumn.text", "bytea", TextColumn.class),
                refused("Transformed.text", "ColumnTransformer", Transformed.class),
                refused("Computed.text", "Formula", Computed.class),
                refused("MadeByDatabase.text", "Generated", MadeByDatabase.class),
                refused("Defaulted.text", "plaintext", Defaulted.class),
                refused("Checked.text", "check", Checked.class),
                refused("Reserved.text", "reserved", Reserved.class),
                refused("Misnamed.text", "field id", Misnamed.class),
                refused("Overpadded.text", "padToBytes", Overpadded.class),
                refused("NotMapped.text", "no attribute of the mapping", NotMapped.class),
                refused("ReadThroughGetters.text", "would store plaintext", ReadThroughGetters.class),
                refused("SealedButLeftOut.text", "@DynamicInsert", SealedButLeftOut.class),
                refused("CustomType.text", "would store plaintext", CustomType.class));
    }

    private static Arguments refused(String attribute, String reason, Class<?>... classes) {
        return Arguments.of(attribute, reason, classes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mappings")
    void mapping_thatCannotWork_stopsTheStart(String attribute, String reason, Class<?>[] classes) {
        assertThatThrownBy(() -> Fixture.of(classes).close())
                .hasStackTraceContaining("ConfigurationException")
                .hasStackTraceContaining(attribute)
                .hasStackTraceContaining(reason);
    }

    @Test
    void queryCache_withEncryptedAttributes_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.with(
                                Map.of(
                                        "hibernate.cache.use_query_cache",
                                        "true",
                                        "hibernate.cache.region.factory_class",
                                        MemoryRegions.class.getName()),
                                OneType.class)
                        .close())
                .hasStackTraceContaining("OneType.text")
                .hasStackTraceContaining("use_query_cache");
    }
}
