package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.hibernate.SentinelMappings.Leaf;
import dev.tegula.hibernate.SentinelMappings.LeafType;
import dev.tegula.hibernate.SentinelMappings.Leaflet;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.CompositeType;
import org.hibernate.annotations.CurrentTimestamp;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.SourceType;
import org.hibernate.annotations.UpdateTimestamp;
import org.hibernate.generator.EventType;

/** Entities with a value that something generated stands beside. */
final class GeneratedMappings {

    private GeneratedMappings() {}

    /** An entity whose every attribute is of one name. */
    abstract static class Filled {
        abstract void fill(String name);

        abstract List<Object> shown();

        abstract void key(long id, long version);

        long version() {
            return 0;
        }
    }

    @Entity(name = "Stamped")
    @DynamicUpdate
    static class Stamped extends Filled {
        @Id
        Long id;

        @Version
        long version;

        @Encrypted("stamped.name")
        String name;

        String city;

        @UpdateTimestamp
        Instant changed;

        @Override
        void key(long id, long version) {
            this.id = id;
            this.version = version;
        }

        @Override
        long version() {
            return version;
        }

        @Override
        void fill(String value) {
            name = value;
            city = value;
        }

        @Override
        List<Object> shown() {
            assertThat(changed).isNotNull();
            return List.of(name, city);
        }
    }

    @MappedSuperclass
    abstract static class WithNote extends Filled {
        @Id
        Long id;

        @Convert(converter = PathMappings.Note.class)
        String note;

        @CurrentTimestamp(source = SourceType.VM)
        Instant inMemory;

        @Override
        void key(long id, long version) {
            this.id = id;
        }

        @Override
        void fill(String value) {
            note = value;
        }

        @Override
        List<Object> shown() {
            assertThat(inMemory).isNotNull();
            return List.of(note);
        }
    }

    @Entity(name = "Noted")
    @DynamicUpdate
    static class Noted extends WithNote {}

    /** Generated in memory, and in the database. */
    @Entity(name = "Trace")
    @DynamicUpdate
    static class Trace extends WithNote {
        @CurrentTimestamp
        Instant inDatabase;

        @Generated(
                event = {EventType.INSERT, EventType.UPDATE},
                sql = "'made'")
        String made;
    }

    @Entity(name = "Drawer")
    @DynamicUpdate
    static class Drawer extends Filled {
        @Id
        Long id;

        @CompositeType(LeafType.class)
        Leaf leaf;

        @UpdateTimestamp
        Instant changed;

        @Override
        void key(long id, long version) {
            this.id = id;
        }

        @Override
        void fill(String value) {
            leaf = Leaflet.leaf(value);
        }

        @Override
        List<Object> shown() {
            return List.of(leaf.text());
        }
    }

    @Entity(name = "Dated")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Dated extends Filled {
        @Id
        Long id;

        String city;

        @UpdateTimestamp
        Instant changed;

        @Encrypted("dated.name")
        String name;

        @Override
        void key(long id, long version) {
            this.id = id;
        }

        @Override
        void fill(String value) {
            city = value;
            name = value;
        }

        @Override
        List<Object> shown() {
            return List.of(city, name);
        }
    }

    @Entity(name = "SubDated")
    static class SubDated extends Dated {
        @Encrypted("subdated.owner")
        String owner;

        String register;

        @Override
        void fill(String value) {
            super.fill(value);
            owner = value;
            register = value;
        }

        @Override
        List<Object> shown() {
            return List.of(city, name, owner, register);
        }
    }

    @Entity(name = "Indexed")
    @Inheritance(strategy = InheritanceType.JOINED)
    abstract static class Indexed extends Filled {
        @Id
        Long id;

        @Encrypted("indexed.name")
        String name;

        @BlindIndexOf("name")
        BlindIndex nameIndex;
    }

    @Entity(name = "SubIndexed")
    static class SubIndexed extends Indexed {
        @Encrypted("subindexed.owner")
        String owner;

        @Override
        void key(long id, long version) {
            this.id = id;
        }

        @Override
        void fill(String value) {
            name = value;
            owner = value;
        }

        @Override
        List<Object> shown() {
            return List.of(name, owner);
        }
    }

    @Entity(name = "SplitStamped")
    @SecondaryTable(name = "splitmore")
    static class Split extends Filled {
        @Id
        Long id;

        @UpdateTimestamp
        Instant changed;

        @Encrypted("split.name")
        @Column(table = "splitmore")
        String name;

        @Override
        void key(long id, long version) {
            this.id = id;
        }

        @Override
        void fill(String value) {
            name = value;
        }

        @Override
        List<Object> shown() {
            return List.of(name);
        }
    }

    @Embeddable
    static class Stamp {
        String place = "here";

        @UpdateTimestamp
        Instant changed;
    }

    @Entity(name = "InnerStamped")
    @DynamicUpdate
    static class Inner extends Filled {
        @Id
        Long id;

        @Encrypted("inner.name")
        String name;

        @Embedded
        Stamp stamp = new Stamp();

        @Override
        void key(long id, long version) {
            this.id = id;
        }

        @Override
        void fill(String value) {
            name = value;
        }

        @Override
        List<Object> shown() {
            return List.of(name);
        }
    }
}
