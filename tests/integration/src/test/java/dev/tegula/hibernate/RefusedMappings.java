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
    static class EncryptedVersion extends Identified {
        @Version
        @Encrypted("x.version")
        int revision;
    }

    @Entity(name = "EncryptedNaturalId")
    static class EncryptedNaturalId extends Identified {
        @NaturalId
        @Encrypted("x.natural")
        String natural;
    }

    @Entity(name = "EncryptedAssociation")
    static class EncryptedAssociation extends Identified {
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
    static class Converted extends Identified {
        @Convert(converter = Reversed.class)
        @Encrypted("x.converted")
        String twice;
    }

    @Entity(name = "UniqueColumn")
    static class UniqueColumn extends Identified {
        @Column(unique = true)
        @Encrypted("x.unique")
        String only;
    }

    @Entity(name = "UniqueTogether")
    @Table(uniqueConstraints = @UniqueConstraint(columnNames = {"name", "only"}))
    static class UniqueTogether extends Identified {
        String name;

        @Encrypted("x.unique")
        String only;
    }

    @Entity(name = "Indexed")
    @Table(indexes = @Index(columnList = "name, sought"))
    static class Indexed extends Identified {
        String name;

        @Encrypted("x.indexed")
        String sought;
    }

    @Entity(name = "Item")
    static class Item extends Identified {
        @Encrypted("x.rank")
        String rank;

        @ManyToOne
        Ordered parent;
    }

    @Entity(name = "Ordered")
    static class Ordered extends Identified {
        @OneToMany(mappedBy = "parent")
        @OrderBy("rank desc")
        List<Item> items = new ArrayList<>();
    }

    @Entity(name = "OrderedElements")
    static class OrderedElements extends Identified {
        @ElementCollection
        @OrderBy
        @Encrypted("x.element")
        List<String> elements = new ArrayList<>();
    }

    @Entity(name = "LockAll")
    @OptimisticLocking(type = OptimisticLockType.ALL)
    @DynamicUpdate
    static class LockAll extends Identified {
        @Encrypted("x.lock")
        String locked;
    }

    @Entity(name = "LockDirty")
    @OptimisticLocking(type = OptimisticLockType.DIRTY)
    @DynamicUpdate
    static class LockDirty extends Identified {
        @Encrypted("x.lock")
        String locked;
    }

    @Entity(name = "Xmin")
    static class Xmin extends Identified {
        @Version
        @Generated
        @Column(name = "xmin")
        int version;

        @Encrypted("x.xmin")
        String secret;
    }

    @Entity(name = "SetOfBasics")
    static class SetOfBasics extends Identified {
        @ElementCollection
        @Encrypted("x.set")
        Set<String> members = new HashSet<>();
    }

    @Embeddable
    record Part(@Encrypted("x.part") String secret, String plain) {}

    @Entity(name = "SetOfEmbeddables")
    static class SetOfEmbeddables extends Identified {
        @ElementCollection
        Set<Part> parts = new HashSet<>();
    }

    @Entity(name = "KeyOfMap")
    static class KeyOfMap extends Identified {
        @ElementCollection
        Map<Part, String> byPart = Map.of();
    }

    @Entity(name = "OneType")
    static class OneType extends Identified {
        @Encrypted("x.type")
        String text;
    }

    @Entity(name = "OtherType")
    static class OtherType extends Identified {
        @Encrypted("x.type")
        Long number;
    }

    @Entity(name = "OtherKey")
    static class OtherKey extends Identified {
        @Encrypted(value = "x.type", perTenant = true)
        String text;
    }

    @Entity(name = "Unsupported")
    static class Unsupported extends Identified {
        @Encrypted("x.date")
        Date when;
    }

    @Entity(name = "TextColumn")
    static class TextColumn extends Identified {
        @Column(columnDefinition = "text")
        @Encrypted("x.text")
        String text;
    }

    @Entity(name = "Transformed")
    static class Transformed extends Identified {
        @ColumnTransformer(read = "upper(text)")
        @Encrypted("x.transformed")
        String text;
    }

    @Entity(name = "Computed")
    static class Computed extends Identified {
        @Formula("'x'")
        @Encrypted("x.formula")
        String text;
    }

    @Entity(name = "MadeByDatabase")
    static class MadeByDatabase extends Identified {
        @Generated
        @Encrypted("x.generated")
        String text;
    }

    @Entity(name = "Defaulted")
    static class Defaulted extends Identified {
        @ColumnDefault("'secret'")
        @Encrypted("x.default")
        String text;
    }

    @Entity(name = "Checked")
    static class Checked extends Identified {
        @SuppressWarnings("deprecation") // Hibernate 6.6 has no other
        @org.hibernate.annotations.Check(constraints = "text <> 'x'")
        @Encrypted("x.check")
        String text;
    }

    @Entity(name = "Reserved")
    static class Reserved extends Identified {
        @Encrypted("tegula.registry")
        String text;
    }

    @Entity(name = "Misnamed")
    static class Misnamed extends Identified {
        @Encrypted("Patient SSN")
        String text;
    }

    @Entity(name = "Overpadded")
    static class Overpadded extends Identified {
        @Encrypted(value = "x.padded", padToBytes = 1 << 20)
        String text;
    }

    @Entity(name = "NotMapped")
    static class NotMapped extends Identified {
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
    static class SealedButLeftOut extends Identified {
        @Encrypted(value = "x.sealed", nulls = Nulls.SEAL)
        String text;
    }

    @Entity(name = "CustomType")
    static class CustomType extends Identified {
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
    static class ConvertedNaturalId extends Identified {
        @NaturalId
        @Convert(converter = Clinic.PhoneConverter.class)
        String natural;
    }

    @Entity(name = "Sharing")
    static class Sharing extends Identified {}

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
    static class Referenced extends Identified {
        @Encrypted("x.referenced")
        String code;
    }

    @Entity(name = "Referring")
    static class Referring extends Identified {
        @ManyToOne
        @jakarta.persistence.JoinColumn(name = "code", referencedColumnName = "code")
        Referenced referenced;
    }
}
