package dev.tegula.hibernate;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.DiscriminatorValue;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.PrimaryKeyJoinColumn;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Version;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.SecondaryRow;

/** Entities whose values are bound to their rows, by every kind of identifier. */
final class RowMappings {

    static final Class<?>[] CLASSES = {
        Sequenced.class,
        Random.class,
        Assigned.class,
        Narrow.class,
        Hashed.class,
        Composed.class,
        Classed.class,
        Parent.class,
        Child.class,
        Profile.class,
        Vehicle.class,
        Car.class,
        Shape.class,
        Circle.class,
        Animal.class,
        Dog.class,
        Split.class
    };

    private RowMappings() {}

    @Entity(name = "Sequenced")
    @DynamicUpdate
    static class Sequenced {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @Version
        int version;

        String name;

        @Encrypted(value = "row.sequenced", bind = Bind.ROW)
        String secret;

        @Encrypted(value = "row.list", bind = Bind.ROW, nulls = Nulls.SEAL)
        List<String> sealed = new ArrayList<>();

        @Encrypted("row.plain")
        String plain;

        Sequenced() {}

        Sequenced(String name, String secret) {
            this.name = name;
            this.secret = secret;
            this.plain = secret;
        }
    }

    @Entity(name = "Random")
    static class Random {
        @Id
        @GeneratedValue
        UUID id;

        String name;

        // docs:begin jpa-row
        @Encrypted(value = "row.random", bind = Bind.ROW)
        String secret;
        // docs:end jpa-row
    }

    @Entity(name = "Assigned")
    static class Assigned {
        @Id
        String code;

        @Encrypted(value = "row.assigned", bind = Bind.ROW)
        String secret;
    }

    @Entity(name = "Narrow")
    static class Narrow {
        @Id
        Integer id;

        @Encrypted(value = "row.narrow", bind = Bind.ROW)
        String secret;
    }

    @Entity(name = "Hashed")
    static class Hashed {
        @Id
        byte[] hash;

        @Encrypted(value = "row.hashed", bind = Bind.ROW)
        String secret;
    }

    @Embeddable
    record Place(String region, int shelf, UUID box) implements Serializable {}

    @Entity(name = "Composed")
    static class Composed {
        @EmbeddedId
        Place place;

        @Encrypted(value = "row.composed", bind = Bind.ROW)
        String secret;
    }

    static class Pair implements Serializable {
        private static final long serialVersionUID = 1L;

        long one;
        String two;

        Pair() {}

        Pair(long one, String two) {
            this.one = one;
            this.two = two;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Pair that && one == that.one && two.equals(that.two);
        }

        @Override
        public int hashCode() {
            return Objects.hash(one, two);
        }
    }

    @Entity(name = "Classed")
    @IdClass(Pair.class)
    static class Classed {
        @Id
        String two;

        @Id
        long one;

        @Encrypted(value = "row.classed", bind = Bind.ROW)
        String secret;
    }

    @Entity(name = "Parent")
    static class Parent {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @Encrypted(value = "row.parent", bind = Bind.ROW)
        String secret;

        @OneToMany(mappedBy = "parent", cascade = CascadeType.ALL)
        List<Child> children = new ArrayList<>();
    }

    @Entity(name = "Child")
    static class Child {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @ManyToOne(fetch = FetchType.LAZY)
        Parent parent;

        @Encrypted(value = "row.child", bind = Bind.ROW)
        String secret;
    }

    @Entity(name = "Profile")
    static class Profile {
        @Id
        Long id;

        @OneToOne
        @MapsId
        Parent parent;

        @Encrypted(value = "row.profile", bind = Bind.ROW)
        String secret;
    }

    @Entity(name = "Vehicle")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class Vehicle {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @Encrypted(value = "row.vehicle", bind = Bind.ROW)
        String secret;
    }

    @Entity(name = "Car")
    @DiscriminatorValue("car")
    static class Car extends Vehicle {
        @Encrypted(value = "row.car", bind = Bind.ROW)
        String own;
    }

    @Entity(name = "Shape")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Shape {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @Encrypted(value = "row.shape", bind = Bind.ROW)
        String secret;
    }

    @Entity(name = "Circle")
    @PrimaryKeyJoinColumn(name = "shape_id")
    static class Circle extends Shape {
        @Encrypted(value = "row.circle", bind = Bind.ROW)
        String own;
    }

    @Entity(name = "Animal")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Animal {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @Encrypted(value = "row.animal", bind = Bind.ROW)
        String secret;
    }

    @Entity(name = "Dog")
    static class Dog extends Animal {
        @Encrypted(value = "row.dog", bind = Bind.ROW)
        String own;
    }

    @Entity(name = "Split")
    @SecondaryRow(table = "split_more", optional = false)
    @SecondaryTable(name = "split_more", pkJoinColumns = @PrimaryKeyJoinColumn(name = "split_id"))
    static class Split {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        String name;

        @Column(table = "split_more")
        @Encrypted(value = "row.split", bind = Bind.ROW)
        String secret;
    }

    record Seen(Long id, String secret) {}
}
