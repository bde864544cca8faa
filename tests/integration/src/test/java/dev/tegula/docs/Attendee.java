package dev.tegula.docs;

import dev.tegula.blindindex.BlindTokens;
import dev.tegula.hibernate.BlindTokensOf;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.UUID;

// docs:begin search-words-entity
@Entity
class Attendee {
    @Id
    @GeneratedValue
    UUID id;

    @Encrypted("attendee.name")
    String name;

    @BlindTokensOf("name") // tokenizer = Prefixes.class, Trigrams.class, or yours; Words.class without
    BlindTokens nameWords;
}
// docs:end search-words-entity
