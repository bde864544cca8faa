package dev.tegula.spring.clinic;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.time.LocalDate;
import java.util.UUID;

@Entity
public class Patient {

    @Id
    @GeneratedValue
    public UUID id;

    public String name;

    @Encrypted("patient.ssn")
    public String ssn;

    @Encrypted("patient.born")
    public LocalDate born;

    protected Patient() {}

    public Patient(String name, String ssn, LocalDate born) {
        this.name = name;
        this.ssn = ssn;
        this.born = born;
    }
}
