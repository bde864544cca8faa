package dev.tegula.hibernate;

import dev.tegula.Tegula;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Entities on which queries are tried. */
final class Clinic {

    static final Class<?>[] CLASSES = {Patient.class, Ward.class, Staff.class, Doctor.class};

    static volatile Tegula tegula;

    private Clinic() {}

    @Converter
    static class PhoneConverter extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        PhoneConverter() {
            super(() -> tegula, "patient.phone", String.class);
        }
    }

    @Embeddable
    static class Address {
        @Encrypted("patient.street")
        String street;

        String city;

        Address() {}

        Address(String street, String city) {
            this.street = street;
            this.city = city;
        }
    }

    @Embeddable
    record Contact(@Encrypted("patient.contact") String person, String relation) {}

    @Entity(name = "Patient")
    @NamedQuery(name = "Patient.bySsn", query = "from Patient p where p.ssn = :ssn")
    static class Patient {
        @Id
        @GeneratedValue
        UUID id;

        String name;

        @Encrypted("patient.ssn")
        String ssn;

        @Encrypted("patient.age")
        int age;

        @Encrypted(value = "patient.note", nulls = Nulls.SEAL)
        String note;

        @Convert(converter = PhoneConverter.class)
        String phone;

        @Embedded
        Address address;

        @ElementCollection
        @OrderColumn
        @Encrypted("patient.allergy")
        List<String> allergies = new ArrayList<>();

        @ElementCollection
        @Encrypted("patient.answer")
        Map<String, String> answers = new HashMap<>();

        @ElementCollection
        List<Contact> contacts = new ArrayList<>();

        @ManyToOne
        Ward ward;
    }

    @Entity(name = "Ward")
    static class Ward {
        @Id
        @GeneratedValue
        UUID id;

        String name;

        @Encrypted("ward.code")
        String code;
    }

    @Entity(name = "Staff")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Staff {
        @Id
        @GeneratedValue
        UUID id;

        String name;

        @Encrypted("staff.salary")
        Long salary;
    }

    @Entity(name = "Doctor")
    static class Doctor extends Staff {
        @Encrypted("doctor.license")
        String license;

        String title;
    }

    record Named(String name, String ssn) {}

    static Patient ada() {
        Patient ada = new Patient();
        ada.name = "Ada";
        ada.ssn = "123-45-6789";
        ada.age = 36;
        ada.phone = "555-0100";
        ada.address = new Address("12 St James's Square", "London");
        ada.allergies.add("penicillin");
        ada.answers.put("smoker", "no");
        ada.contacts.add(new Contact("Mary", "friend"));
        return ada;
    }
}
