package dev.tegula.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.PrimaryKeyJoinColumn;
import jakarta.persistence.SecondaryTable;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.envers.Audited;
import org.hibernate.type.SqlTypes;

/** Each of these has no row that its values could be bound to, or one that is not known in time. */
final class RefusedRows {

    private RefusedRows() {}

    @Entity(name = "ByIdentity")
    static class ByIdentity {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;

        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "IdentityParent")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class IdentityParent {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;
    }

    @Entity(name = "IdentityChild")
    static class IdentityChild extends IdentityParent {
        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Embeddable
    static class Part {
        @Encrypted(value = "r.part", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "WithPart")
    static class WithPart extends Identified {
        Part part;
    }

    @Entity(name = "WithElements")
    static class WithElements extends Identified {
        @ElementCollection
        @Encrypted(value = "r.elements", bind = Bind.ROW)
        List<String> elements;
    }

    @Entity(name = "WithParts")
    static class WithParts extends Identified {
        @ElementCollection
        List<Part> parts;
    }

    @Entity(name = "AuditedRow")
    @Audited
    static class AuditedRow extends Identified {
        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "AuditedByCoreRow")
    @org.hibernate.annotations.Audited
    static class AuditedByCoreRow extends Identified {
        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "CachedRow")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class CachedRow extends Identified {
        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "ByInstant")
    static class ByInstant {
        @Id
        Instant id;

        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "ByDecimal")
    static class ByDecimal {
        @Id
        BigDecimal id;

        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "ByChar")
    static class ByChar {
        @Id
        @Column(columnDefinition = "char(10)")
        String id;

        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "ByCitext")
    static class ByCitext {
        @Id
        @Column(columnDefinition = "citext")
        String id;

        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "ByUuidAsText")
    static class ByUuidAsText {
        @Id
        @JdbcTypeCode(SqlTypes.VARCHAR)
        UUID id;

        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "ByTextInUuid")
    static class ByTextInUuid {
        @Id
        @Column(columnDefinition = "uuid")
        String id;

        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    enum Kind {
        ONE
    }

    @Entity(name = "ByEnum")
    static class ByEnum {
        @Id
        @Enumerated(EnumType.STRING)
        Kind id;

        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Embeddable
    record Timed(long number, Instant at) implements Serializable {}

    @Entity(name = "ByTimed")
    static class ByTimed {
        @EmbeddedId
        Timed id;

        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "MadeInMemory")
    static class MadeInMemory extends Identified {
        @CreationTimestamp
        @Encrypted(value = "r.made", bind = Bind.ROW)
        Instant made;
    }

    @Entity(name = "ReadTwice")
    static class ReadTwice extends Identified {
        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;

        @Column(name = "text", insertable = false, updatable = false)
        byte[] raw;
    }

    static class Two implements Serializable {
        private static final long serialVersionUID = 1L;

        long one;
        long two;

        @Override
        public boolean equals(Object other) {
            return other instanceof Two that && one == that.one && two == that.two;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(one + two);
        }
    }

    @Entity(name = "TwoParts")
    @IdClass(Two.class)
    @Inheritance(strategy = InheritanceType.JOINED)
    static class TwoParts {
        @Id
        long one;

        @Id
        long two;
    }

    @Entity(name = "OtherNames")
    @PrimaryKeyJoinColumn(name = "first", referencedColumnName = "one")
    @PrimaryKeyJoinColumn(name = "second", referencedColumnName = "two")
    static class OtherNames extends TwoParts {
        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "Optional")
    @SecondaryTable(name = "optional_more")
    static class Optional extends Identified {
        @Column(table = "optional_more")
        @Encrypted(value = "r.text", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "AcceptsForNothing")
    static class AcceptsForNothing extends Identified {
        @Encrypted(value = "r.text", accept = Bind.FIELD)
        String text;
    }

    @Entity(name = "AcceptsRow")
    static class AcceptsRow extends Identified {
        @Encrypted(value = "r.text", bind = Bind.ROW, accept = Bind.ROW)
        String text;
    }

    @MappedSuperclass
    abstract static class Noted extends Identified {
        @Encrypted(value = "r.noted", bind = Bind.ROW)
        String text;
    }

    @Entity(name = "NotedHere")
    static class NotedHere extends Noted {}

    @Entity(name = "NotedThere")
    static class NotedThere extends Noted {}

    @Entity(name = "NotedToo")
    static class NotedToo extends Identified {
        @Encrypted(value = "r.noted", bind = Bind.ROW)
        String other;
    }
}
