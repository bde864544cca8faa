package dev.tegula.sample;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.LocalDate;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** A patient. The name is plain, so that it can be searched; the rest is nobody's business. */
@Entity
@DynamicUpdate
class Patient {

    @Id
    @GeneratedValue
    @Nullable
    UUID id;

    @Version
    int version;

    String name;

    /** The form for Hibernate: an annotation. The id of the field is permanent; its name and its column are not. */
    @Encrypted("patient.ssn")
    @Nullable
    String ssn;

    @Encrypted("patient.born")
    @Nullable
    LocalDate born;

    /** The form for any Jakarta Persistence provider: a converter for each field. */
    @Convert(converter = PatientNotes.class)
    @Nullable
    String notes;

    /** For Hibernate. */
    Patient() {
        this("");
    }

    Patient(String name) {
        this.name = name;
    }
}
