package dev.tegula.docs;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.Exact;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.time.LocalDate;
import java.util.UUID;

// docs:begin search-entity
@Entity
class Subscriber {
    @Id
    @GeneratedValue
    UUID id;

    @Encrypted("subscriber.ssn")
    String ssn;

    @BlindIndexOf(value = "ssn", normalizer = DigitsOnly.class)
    @Column(unique = true) // no two rows hold equal values
    BlindIndex ssnIndex;

    @Encrypted("subscriber.last_name")
    String lastName;

    @Encrypted("subscriber.born")
    LocalDate born;

    @BlindIndexOf(
            value = {"lastName", "born"}, // one index of both: equal where both are
            normalizer = {IgnoreCase.class, Exact.class})
    BlindIndex nameAndBirth;
}
// docs:end search-entity
