package com.example.visits;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.UUID;

@Entity
public class Visit {

    @Id
    @GeneratedValue
    public UUID id;

    @Encrypted("visit.note")
    public String note;
}
