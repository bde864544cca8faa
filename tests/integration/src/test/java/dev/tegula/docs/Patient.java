package dev.tegula.docs;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.time.LocalDate;
import java.util.UUID;

// docs:begin readme-entity
@Entity
class Patient {
    @Id
    @GeneratedValue
    UUID id;

    String name;

    @Encrypted("patient.ssn") // permanent name of the field, not of the column
    String ssn;

    @Encrypted("patient.born")
    LocalDate born;
}
// docs:end readme-entity
