package dev.tegula.hibernate;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.MapKey;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Transient;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.SoftDelete;
import org.hibernate.annotations.Struct;
import org.hibernate.type.SqlTypes;

/** Each of these declares encryption in a place where Hibernate does not apply it. */
final class UnappliedMappings {

    private UnappliedMappings() {}

    @Converter
    static class Street extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Street() {
            super(() -> null, "u.street", String.class);
        }
    }

    @Converter
    static class Other extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Other() {
            super(() -> null, "u.other", String.class);
        }
    }

    @Converter
    static class Flag extends EncryptedConverter<Boolean> implements AttributeConverter<Boolean, byte[]> {
        Flag() {
            super(() -> null, "u.flag", Boolean.class);
        }
    }

    @Embeddable
    static class Address {
        String street;
        String city;
    }

    @Entity(name = "Misspelt")
    static class Misspelt extends Identified {
        @Embedded
        @Convert(attributeName = "stret", converter = Street.class)
        Address address;
    }

    @Entity(name = "MisspeltOnClass")
    @Convert(attributeName = "address.stret", converter = Street.class)
    static class MisspeltOnClass extends Identified {
        @Embedded
        Address address;
    }

    @Entity(name = "IntoCollection")
    @Convert(attributeName = "addresses.street", converter = Street.class)
    static class IntoCollection extends Identified {
        @ElementCollection
        List<Address> addresses = new ArrayList<>();
    }

    @MappedSuperclass
    @Convert(attributeName = "adress.street", converter = Street.class)
    static class MisspeltBase {
        @Embedded
        Address address;
    }

    @Entity(name = "MisspeltInBase")
    static class MisspeltInBase extends MisspeltBase {
        @Id
        Long id;
    }

    @MappedSuperclass
    static class ConvertedBase {
        @Convert(converter = Street.class)
        String street;
    }

    @Entity(name = "SwitchedOff")
    @Convert(attributeName = "street", disableConversion = true)
    static class SwitchedOff extends ConvertedBase {
        @Id
        Long id;
    }

    @Entity(name = "Contradicting")
    @Convert(attributeName = "street", converter = Other.class)
    static class Contradicting extends Identified {
        @Convert(converter = Street.class)
        String street;
    }

    @Entity(name = "WithoutName")
    @Convert(converter = Street.class)
    static class WithoutName extends Identified {
        String street;
    }

    @Embeddable
    @Convert(converter = Street.class)
    static class NamelessPart {
        String street;
    }

    @Entity(name = "WithoutNameInPart")
    static class WithoutNameInPart extends Identified {
        NamelessPart part;
    }

    @Embeddable
    @Convert(attributeName = "stret", converter = Street.class)
    static class MisspeltPart {
        String street;
    }

    @Entity(name = "MisspeltInPart")
    static class MisspeltInPart extends Identified {
        @ElementCollection
        List<MisspeltPart> parts = new ArrayList<>();
    }

    /** Not an embeddable: Hibernate stores it as it is. */
    public static class Insurance implements Serializable {
        private static final long serialVersionUID = 1L;

        public String insurer;

        @Encrypted("u.number")
        public String number;
    }

    public record Policy(Insurance insurance) {}

    public static class Private extends Insurance {
        private static final long serialVersionUID = 1L;
    }

    @JsonSubTypes(@JsonSubTypes.Type(Private.class))
    public interface Cover {}

    public sealed interface Reach permits Phone, Fax {}

    public record Phone(@Convert(converter = Street.class) String number) implements Reach {}

    public record Fax(String number) implements Reach {}

    @Entity(name = "InJson")
    static class InJson extends Identified {
        @JdbcTypeCode(SqlTypes.JSON)
        Insurance insurance;
    }

    @Entity(name = "InJsonDeep")
    static class InJsonDeep extends Identified {
        @JdbcTypeCode(SqlTypes.JSON)
        Map<String, List<Policy>> policies;
    }

    @Entity(name = "InJsonSubtype")
    static class InJsonSubtype extends Identified {
        @JdbcTypeCode(SqlTypes.JSON)
        Cover cover;
    }

    @Entity(name = "InJsonSealed")
    static class InJsonSealed extends Identified {
        @JdbcTypeCode(SqlTypes.JSON)
        List<Reach> reaches;
    }

    @Entity(name = "InXml")
    static class InXml extends Identified {
        @JdbcTypeCode(SqlTypes.SQLXML)
        Insurance insurance;
    }

    @Entity(name = "Serialized")
    static class Serialized extends Identified {
        Insurance insurance;
    }

    @Entity(name = "SerializedArray")
    static class SerializedArray extends Identified {
        Insurance[] insurances;
    }

    @Converter
    static class InsuranceText implements AttributeConverter<Insurance, String> {
        @Override
        public String convertToDatabaseColumn(Insurance insurance) {
            return insurance == null ? null : insurance.number;
        }

        @Override
        public Insurance convertToEntityAttribute(String text) {
            return new Insurance();
        }
    }

    @Entity(name = "ByOwnConverter")
    static class ByOwnConverter extends Identified {
        @Convert(converter = InsuranceText.class)
        Insurance insurance;
    }

    @Entity(name = "ElementsInJson")
    static class ElementsInJson extends Identified {
        @ElementCollection
        @JdbcTypeCode(SqlTypes.JSON)
        List<Insurance> insurances = new ArrayList<>();
    }

    @Entity(name = "InsideEncrypted")
    static class InsideEncrypted extends Identified {
        @Encrypted("u.whole")
        Insurance insurance;
    }

    @Entity(name = "Guarded")
    static class Guarded implements Serializable {
        private static final long serialVersionUID = 1L;

        @Id
        Long id;

        @Encrypted("u.guarded")
        String secret;
    }

    /** Somebody forgot the {@code @ManyToOne}. */
    @Entity(name = "ForgottenAssociation")
    static class ForgottenAssociation extends Identified {
        Guarded guarded;
    }

    @Embeddable
    static class Contact {
        @Encrypted("u.phone")
        String phone;

        String relation;
    }

    @Embeddable
    @Struct(name = "contact_t")
    static class ContactStruct {
        @Encrypted("u.phone")
        String phone;

        String relation;
    }

    @Entity(name = "ConvertedKey")
    static class ConvertedKey extends Identified {
        @ElementCollection
        @Convert(attributeName = "key", converter = Street.class)
        Map<String, String> map = new HashMap<>();
    }

    @Entity(name = "Keyed")
    static class Keyed extends Identified {
        @OneToMany
        @MapKey(name = "secret")
        Map<String, Guarded> bySecret = new HashMap<>();
    }

    @Entity(name = "ArrayOfConverted")
    static class ArrayOfConverted extends Identified {
        @Convert(converter = Street.class)
        List<String> streets;
    }

    @Entity(name = "SoftlyDeleted")
    @SoftDelete(converter = Flag.class)
    static class SoftlyDeleted extends Identified {}

    interface Named {
        @Encrypted("u.name")
        String getName();
    }

    @Entity(name = "OfInterface")
    static class OfInterface implements Named {
        @Id
        Long id;

        String name;

        @Override
        public String getName() {
            return name;
        }
    }

    @Entity(name = "TwoAnnotations")
    static class TwoAnnotations extends Identified {
        @Encrypted("u.field")
        String name;

        @Encrypted("u.getter")
        String getName() {
            return name;
        }
    }

    @Entity(name = "OnSetter")
    static class OnSetter extends Identified {
        String name;

        @Encrypted("u.setter")
        void setName(String name) {
            this.name = name;
        }
    }

    @Entity(name = "ConvertedTransient")
    static class ConvertedTransient extends Identified {
        @Transient
        @Convert(converter = Street.class)
        String street;
    }

    @Embeddable
    record Part(@Encrypted("u.part") String code, int number) implements Serializable {}

    @Entity(name = "InEmbeddedId")
    static class InEmbeddedId {
        @EmbeddedId
        Part part;
    }

    static class Pair implements Serializable {
        private static final long serialVersionUID = 1L;

        @Encrypted("u.pair")
        String first;

        String second;
    }

    @Entity(name = "InIdClass")
    @IdClass(Pair.class)
    static class InIdClass {
        @Id
        String first;

        @Id
        String second;
    }

    @Entity(name = "ManyTables")
    static class ManyTables extends Identified {
        @ElementCollection
        @CollectionTable(name = "many_contacts")
        @Convert(attributeName = "relatoin", converter = Street.class)
        List<Contact> contacts = new ArrayList<>();
    }

    @Entity(name = "TwiceMapped")
    static class TwiceMapped extends Identified {
        @Encrypted("u.twice")
        @Column(name = "secret", insertable = false, updatable = false)
        String secret;

        @Column(name = "secret")
        byte[] written;
    }
}
