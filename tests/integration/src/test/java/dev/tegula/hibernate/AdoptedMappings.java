package dev.tegula.hibernate;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.LocalDate;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;

/** What maps a column in clear and the encrypted one beside it as one attribute, and what maps the one in clear alone. */
final class AdoptedMappings {

    private AdoptedMappings() {}

    /** Of a release that knows the column in clear alone. */
    @Entity(name = "Earlier")
    @Table(name = "owners")
    static class Earlier {
        @Id
        long id;

        String name;

        String ssn;

        @Version
        int version;
    }

    @MappedSuperclass
    static class Person {
        @Id
        long id;

        String name;

        @Encrypted(value = "owner.ssn", plaintextColumn = "ssn")
        @Column(name = "ssn_enc")
        String ssn;

        @Version
        int version;

        Person() {}

        Person(long id, String ssn) {
            this.id = id;
            this.ssn = ssn;
        }
    }

    @Entity(name = "Owner")
    @Table(name = "owners")
    static class Owner extends Person {
        Owner() {}

        Owner(long id, String ssn) {
            super(id, ssn);
        }
    }

    @Entity(name = "Dynamic")
    @Table(name = "dynamic")
    @DynamicUpdate
    static class Dynamic extends Person {
        Dynamic() {}

        Dynamic(long id, String ssn) {
            super(id, ssn);
        }
    }

    @Entity(name = "Numbered")
    @Table(name = "\"Numbered\"")
    static class Numbered {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;

        @Encrypted(value = "numbered.flag", plaintextColumn = "flag")
        @Column(name = "flagEnc")
        boolean flag;

        @Encrypted(value = "numbered.small", plaintextColumn = "small")
        @Column(name = "small_enc")
        Short small;

        @Encrypted(value = "numbered.middle", plaintextColumn = "middle")
        @Column(name = "middle_enc")
        int middle;

        @Encrypted(value = "numbered.large", plaintextColumn = "Large")
        @Column(name = "large_enc")
        Long large;

        @Encrypted(value = "numbered.token", plaintextColumn = "token")
        @Column(name = "token_enc")
        UUID token;

        @Encrypted(value = "numbered.born", plaintextColumn = "born")
        @Column(name = "born_enc")
        LocalDate born;
    }

    @Entity(name = "Animal")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Animal {
        @Id
        long id;

        String name;
    }

    @Entity(name = "Dog")
    static class Dog extends Animal {
        @Encrypted(value = "dog.tag", plaintextColumn = "tag")
        @Column(name = "tag_enc")
        String tag;
    }
}
