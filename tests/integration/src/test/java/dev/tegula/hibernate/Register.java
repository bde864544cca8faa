package dev.tegula.hibernate;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.Exact;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.Normalizer;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import java.time.LocalDate;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.TenantId;

/** Entities that are looked for by blind indexes. */
final class Register {

    static final Class<?>[] CLASSES = {Person.class, Practice.class, Member.class, Nurse.class};

    private Register() {}

    /** The last four digits of a text. */
    public static final class LastFour implements Normalizer<String> {
        @Override
        public String id() {
            return "clinic.last_four";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Object normalize(String value) {
            return value.substring(Math.max(0, value.length() - 4));
        }
    }

    /** The year of a date. */
    public static final class YearOf implements Normalizer<LocalDate> {
        @Override
        public String id() {
            return "clinic.year";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Object normalize(LocalDate value) {
            return value.getYear();
        }
    }

    @MappedSuperclass
    static class Reachable {
        @Encrypted("person.email")
        String email;

        @BlindIndexOf(value = "email", normalizer = IgnoreCase.class)
        @Column(unique = true)
        BlindIndex emailIndex;
    }

    @Embeddable
    static class Passport {
        @Encrypted("passport.number")
        String number;

        @BlindIndexOf("number")
        BlindIndex numberIndex;

        String country;
    }

    @Embeddable
    record Card(
            @Encrypted("card.number") String cardNumber,
            @BlindIndexOf("cardNumber") BlindIndex cardIndex) {}

    @Entity(name = "Person")
    @DynamicUpdate
    static class Person extends Reachable {
        @Id
        @GeneratedValue
        UUID id;

        String name;

        @Encrypted("person.last_name")
        String lastName;

        @Encrypted("person.ssn")
        String ssn;

        @Encrypted("person.born")
        LocalDate born;

        @BlindIndexOf(value = "ssn", normalizer = DigitsOnly.class)
        @Column(unique = true)
        BlindIndex ssnIndex;

        @BlindIndexOf(value = "ssn", normalizer = LastFour.class)
        BlindIndex lastFour;

        @BlindIndexOf(value = "born", normalizer = YearOf.class)
        BlindIndex year;

        @BlindIndexOf(
                value = {"lastName", "born"},
                normalizer = {IgnoreCase.class, Exact.class})
        BlindIndex nameAndBirth;

        @Embedded
        Passport passport;

        @Embedded
        Card card;

        @ManyToOne(cascade = CascadeType.ALL)
        Practice practice;
    }

    @Entity(name = "Practice")
    static class Practice {
        @Id
        @GeneratedValue
        UUID id;

        String name;

        @Encrypted("practice.licence")
        Long licence;

        @BlindIndexOf("licence")
        BlindIndex licenceIndex;
    }

    @Entity(name = "Member")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Member {
        @Id
        @GeneratedValue
        UUID id;

        String name;

        @Encrypted("member.code")
        String code;

        @BlindIndexOf("code")
        BlindIndex codeIndex;
    }

    @Entity(name = "Nurse")
    static class Nurse extends Member {
        @Encrypted("nurse.badge")
        String badge;

        @BlindIndexOf("badge")
        BlindIndex badgeIndex;
    }

    @Entity(name = "Tenanted")
    static class Tenanted {
        @Id
        @GeneratedValue
        UUID id;

        @TenantId
        String tenant;

        @Encrypted(value = "tenanted.email", perTenant = true)
        String email;

        @BlindIndexOf("email")
        BlindIndex emailIndex;

        @BlindIndexOf(value = "email", global = true)
        @Column(unique = true)
        BlindIndex everywhere;
    }

    static Person ada() {
        Person ada = new Person();
        ada.name = "Ada";
        ada.lastName = "Ferreira";
        ada.ssn = "123-45-6789";
        ada.email = "Ada@Example.org";
        ada.born = LocalDate.of(1815, 12, 10);
        ada.passport = new Passport();
        ada.passport.number = "C01X00T47";
        ada.passport.country = "PT";
        ada.card = new Card("4111-1111", null);
        ada.practice = new Practice();
        ada.practice.name = "North";
        ada.practice.licence = 77L;
        return ada;
    }
}
