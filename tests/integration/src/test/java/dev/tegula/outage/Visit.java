package dev.tegula.outage;

import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** The rows of the load. */
@Entity
class Visit {

    @Id
    long id;

    @Encrypted("visit.note")
    String note;

    Visit() {}

    Visit(long id, String note) {
        this.id = id;
        this.note = note;
    }
}
