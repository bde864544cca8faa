package com.example.clinic;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/** A string, a date and a record that is JSON. */
@Entity
public class Patient {

    /** What Jackson writes and reads. */
    public record Insurance(String number, int tariff, LocalDate since, List<String> covers) {}

    @Id
    @GeneratedValue
    public UUID id;

    public String name;

    @Encrypted("patient.ssn")
    public String ssn;

    @Encrypted("patient.born")
    public LocalDate born;

    @Encrypted("patient.insurance")
    public Insurance insurance;
}
