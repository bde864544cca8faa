package dev.tegula.sample;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.LocalDate;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** A patient. The name is plain, so that it can be sorted; the rest is nobody's business. */
@Entity
@DynamicUpdate
public class Patient {

    @Id
    @GeneratedValue
    public @Nullable UUID id;

    @Version
    public int version;

    public String name = "";

    /** The id of the field is permanent; its name and its column are not. */
    @Encrypted("patient.ssn")
    public String ssn = "";

    /** Finds a patient by number, and keeps two from having one; Tegula fills it. */
    @BlindIndexOf(value = "ssn", normalizer = DigitsOnly.class)
    @Column(name = "ssn_index", unique = true)
    public @Nullable BlindIndex ssnIndex;

    @Encrypted("patient.born")
    public @Nullable LocalDate born;

    @Encrypted("patient.notes")
    public @Nullable String notes;

    /** For Hibernate. */
    protected Patient() {}

    Patient(PatientRecord record) {
        write(record);
    }

    final void write(PatientRecord record) {
        name = record.name();
        ssn = record.ssn();
        born = record.born();
        notes = record.notes();
    }
}
