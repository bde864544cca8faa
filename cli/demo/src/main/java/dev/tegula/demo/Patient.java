package dev.tegula.demo;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.LocalDate;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** A patient of the demo's clinic, as an application would map one. */
@Entity(name = "patient")
@DynamicUpdate
class Patient {

    @Id
    @Nullable
    UUID id;

    @Version
    int version;

    @Nullable
    String name;

    @Encrypted("patient.ssn")
    @Nullable
    String ssn;

    @Encrypted("patient.born")
    @Nullable
    LocalDate born;

    @Encrypted("patient.address")
    @Nullable
    String address;

    @Column(name = "notes")
    @Convert(converter = PatientNotes.class)
    @Nullable
    String notes;

    /** For Hibernate. */
    Patient() {}

    Patient(UUID id, Person person) {
        this.id = id;
        write(person);
    }

    void write(Person person) {
        name = person.name();
        ssn = person.ssn();
        born = person.born();
        address = person.address();
        notes = person.notes();
    }

    /** What the application sees. */
    Person read() {
        return new Person(
                String.valueOf(name),
                String.valueOf(ssn),
                born == null ? LocalDate.MIN : born,
                String.valueOf(address),
                notes);
    }
}
