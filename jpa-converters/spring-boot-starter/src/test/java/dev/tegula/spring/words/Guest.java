package dev.tegula.spring.words;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.BlindTokensOf;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.UUID;

/** Somebody who is looked for by words of a name, and by an index that finds others too. */
@Entity
public class Guest {

    @Id
    @GeneratedValue
    public UUID id;

    public String city;

    @Encrypted("guest.name")
    public String name;

    @BlindTokensOf("name")
    public BlindTokens nameWords;

    @BlindIndexOf(value = "name", bits = 16)
    public BlindIndex nameIndex;

    protected Guest() {}

    public Guest(String name, String city) {
        this.name = name;
        this.city = city;
    }
}
