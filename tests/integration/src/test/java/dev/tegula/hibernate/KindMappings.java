package dev.tegula.hibernate;

import dev.tegula.Tegula;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.DiscriminatorColumn;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import java.io.Serializable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.annotations.CollectionId;
import org.hibernate.annotations.CollectionIdJdbcTypeCode;
import org.hibernate.annotations.CompositeType;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.EmbeddableInstantiator;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.ManyToAny;
import org.hibernate.annotations.PartitionKey;
import org.hibernate.annotations.SQLInsert;
import org.hibernate.annotations.SQLUpdate;
import org.hibernate.annotations.SortNatural;
import org.hibernate.annotations.Subselect;
import org.hibernate.annotations.TargetEmbeddable;
import org.hibernate.annotations.TimeZoneStorage;
import org.hibernate.annotations.TimeZoneStorageType;
import org.hibernate.annotations.View;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.spi.ValueAccess;
import org.hibernate.type.SqlTypes;
import org.hibernate.usertype.CompositeUserType;

/** One mapping of each kind that nothing else tries. */
final class KindMappings {

    /** Of the converters, which Hibernate makes. */
    static final AtomicReference<Tegula> ENGINE = new AtomicReference<>();

    private KindMappings() {}

    static class Texts extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Texts() {
            super(ENGINE::get, "kind.converted", String.class);
        }
    }

    @Embeddable
    @DiscriminatorColumn(name = "kind")
    static class Account {
        @Encrypted("kind.account")
        String number;
    }

    @Embeddable
    static class Foreign extends Account {
        @Encrypted("kind.foreign")
        String bank;
    }

    @Entity(name = "EmbeddableInheritance")
    static class EmbeddableInheritance extends Identified {
        Account account;
    }

    @Embeddable
    static class Wrong extends Account {
        @Convert(converter = Texts.class, attributeName = "nothing")
        String bank;
    }

    @Entity(name = "WrongInSubclass")
    static class WrongInSubclass extends Identified {
        Account account;
    }

    @Entity(name = "IdBag")
    static class IdBag extends Identified {
        @ElementCollection
        @CollectionId(column = @Column(name = "line_id"), generator = "increment")
        @CollectionIdJdbcTypeCode(SqlTypes.BIGINT)
        @Encrypted("kind.idbag")
        List<String> lines = new ArrayList<>();
    }

    @Entity(name = "Sorted")
    static class Sorted extends Identified {
        @ElementCollection
        @SortNatural
        @Encrypted("kind.sorted")
        SortedMap<String, String> lines = new TreeMap<>();
    }

    @Entity(name = "SortedElements")
    static class SortedElements extends Identified {
        @ElementCollection
        @SortNatural
        @Encrypted("kind.sortedset")
        SortedSet<String> members = new TreeSet<>();
    }

    @Entity(name = "AnyEncrypted")
    static class AnyEncrypted extends Identified {
        @Any
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "S", entity = Sorted.class)
        @Column(name = "target_type")
        @JoinColumn(name = "target_id")
        @Encrypted("kind.any")
        Object target;
    }

    @Entity(name = "ManyToAnyEncrypted")
    static class ManyToAnyEncrypted extends Identified {
        @ManyToAny
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "S", entity = Sorted.class)
        @Column(name = "target_type")
        @JoinTable(
                name = "many_any",
                joinColumns = @JoinColumn(name = "owner_id"),
                inverseJoinColumns = @JoinColumn(name = "target_id"))
        @Encrypted("kind.manyany")
        List<Object> targets = new ArrayList<>();
    }

    @Entity(name = "OfSubselect")
    @Immutable
    @Subselect("select id, text from plain")
    static class OfSubselect extends Identified {
        @Encrypted("kind.subselect")
        String text;
    }

    @Entity(name = "OfView")
    @Immutable
    @View(query = "select id, text from plain")
    static class OfView extends Identified {
        @Encrypted("kind.view")
        String text;
    }

    @Entity(name = "plain")
    static class Plain extends Identified {
        byte[] text;
    }

    @Entity(name = "Zoned")
    static class Zoned extends Identified {
        @TimeZoneStorage(TimeZoneStorageType.COLUMN)
        @Encrypted("kind.zoned")
        OffsetDateTime at;
    }

    @Entity(name = "Normalized")
    static class Normalized extends Identified {
        @TimeZoneStorage(TimeZoneStorageType.NORMALIZE)
        @Encrypted("kind.normalized")
        OffsetDateTime at;
    }

    @Entity(name = "CustomSql")
    @SQLInsert(sql = "insert into CustomSql (text, id) values (?, ?)")
    @SQLUpdate(sql = "update CustomSql set text = ? where id = ?")
    static class CustomSql extends Identified {
        @Encrypted("kind.sql")
        String text;
    }

    @Entity(name = "Partitioned")
    static class Partitioned extends Identified {
        @PartitionKey
        @Encrypted("kind.partition")
        String region;
    }

    /** Has no constructor that Hibernate could call. */
    @Embeddable
    @EmbeddableInstantiator(NumbersFirst.class)
    static final class Made {
        int number;

        @Encrypted("kind.made")
        String text;

        Made(int number, String text) {
            this.number = number;
            this.text = text;
        }
    }

    /** Makes it. */
    public static final class NumbersFirst implements org.hibernate.metamodel.spi.EmbeddableInstantiator {
        @Override
        public Object instantiate(ValueAccess values) {
            return new Made(values.getValue(0, Integer.class), values.getValue(1, String.class));
        }

        /** Of Hibernate 6. */
        public Object instantiate(ValueAccess values, SessionFactoryImplementor factory) {
            return instantiate(values);
        }

        @Override
        public boolean isInstance(Object object) {
            return object instanceof Made;
        }

        @Override
        public boolean isSameClass(Object object) {
            return object instanceof Made;
        }

        /** Of Hibernate 6. */
        public boolean isInstance(Object object, SessionFactoryImplementor factory) {
            return isInstance(object);
        }

        /** Of Hibernate 6. */
        public boolean isSameClass(Object object, SessionFactoryImplementor factory) {
            return isSameClass(object);
        }
    }

    @Entity(name = "Instantiated")
    static class Instantiated extends Identified {
        Made made;
    }

    interface Place {
        String text();
    }

    @Embeddable
    static class Real implements Place {
        @Encrypted("kind.real")
        String text;

        @Override
        public String text() {
            return text;
        }
    }

    @Entity(name = "Targeted")
    static class Targeted extends Identified {
        @TargetEmbeddable(Real.class)
        @jakarta.persistence.Embedded
        Place place;
    }

    /** Money of an application, which knows nothing of Hibernate. */
    record Money(String amount, String currency) implements Serializable {}

    /** Takes it apart. */
    public static class MoneyType implements CompositeUserType<Money> {
        /** The parts, by name. */
        public static class Parts {
            @Encrypted("kind.amount")
            String amount;

            String currency;
        }

        @Override
        public Object getPropertyValue(Money money, int property) {
            return property == 0 ? money.amount() : money.currency();
        }

        @Override
        public Money instantiate(ValueAccess values) {
            return new Money(values.getValue(0, String.class), values.getValue(1, String.class));
        }

        /** Of Hibernate 6. */
        public Object instantiate(ValueAccess values, SessionFactoryImplementor factory) {
            return instantiate(values);
        }

        @Override
        public Class<?> embeddable() {
            return Parts.class;
        }

        @Override
        public Class<Money> returnedClass() {
            return Money.class;
        }

        @Override
        public boolean equals(Money one, Money other) {
            return Objects.equals(one, other);
        }

        @Override
        public int hashCode(Money money) {
            return money.hashCode();
        }

        @Override
        public Money deepCopy(Money money) {
            return money;
        }

        @Override
        public boolean isMutable() {
            return false;
        }

        @Override
        public Serializable disassemble(Money money) {
            return money;
        }

        @Override
        public Money assemble(Serializable cached, Object owner) {
            return (Money) cached;
        }

        @Override
        public Money replace(Money detached, Money managed, Object owner) {
            return detached;
        }
    }

    @Entity(name = "Composite")
    static class Composite extends Identified {
        @CompositeType(MoneyType.class)
        Money price;
    }

    @Entity(name = "Created")
    static class Created extends Identified {
        @CreationTimestamp
        @Encrypted("kind.created")
        Instant at;
    }

    @Embeddable
    static class Home {
        @Convert(converter = Texts.class)
        String street;
    }

    @Entity(name = "DisabledOutside")
    static class DisabledOutside extends Identified {
        @Convert(attributeName = "street", disableConversion = true)
        Home home;
    }

    @Entity(name = "DisabledOnClass")
    @Convert(attributeName = "home.street", disableConversion = true)
    static class DisabledOnClass extends Identified {
        Home home;
    }

    @Entity(name = "DisabledInCollection")
    static class DisabledInCollection extends Identified {
        @ElementCollection
        @Convert(attributeName = "street", disableConversion = true)
        List<Home> homes = new ArrayList<>();
    }

    /** {@code @Encrypted} is no conversion of JPA: it stays. */
    @Entity(name = "DisabledBeside")
    static class DisabledBeside extends Identified {
        @Convert(disableConversion = true)
        @Encrypted("kind.beside")
        String text;
    }

    @Entity(name = "ByMappingFile")
    static class ByMappingFile {
        @Id
        Long id;

        @Encrypted("kind.file")
        String text;
    }
}
