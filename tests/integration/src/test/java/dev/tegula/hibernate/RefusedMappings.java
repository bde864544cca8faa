package dev.tegula.hibernate;

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
import org.hibernate.annotations.ColumnDefault;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.DynamicInsert;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.OptimisticLockType;
import org.hibernate.annotations.OptimisticLocking;

/** Each of these cannot work with ciphertext. */
final class RefusedMappings {

    private RefusedMappings() {}

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

    @Entity(name = "ConvertedId")
    static class ConvertedId {
        @Id
        @Convert(converter = Clinic.PhoneConverter.class)
        String id;
    }

    @Entity(name = "ConvertedNaturalId")
    static class ConvertedNaturalId {
        @Id
        Long id;

        @NaturalId
        @Convert(converter = Clinic.PhoneConverter.class)
        String natural;
    }

    @Entity(name = "Sharing")
    static class Sharing {
        @Id
        Long id;
    }

    @Entity(name = "Sharing1")
    static class Sharing1 extends Sharing {
        @Encrypted("x.sharing1")
        String own;
    }

    @Entity(name = "Sharing2")
    static class Sharing2 extends Sharing {
        @Encrypted("x.sharing2")
        String own;
    }

    @Entity(name = "Referenced")
    static class Referenced {
        @Id
        Long id;

        @Encrypted("x.referenced")
        String code;
    }

    @Entity(name = "Referring")
    static class Referring {
        @Id
        Long id;

        @ManyToOne
        @jakarta.persistence.JoinColumn(name = "code", referencedColumnName = "code")
        Referenced referenced;
    }
}
