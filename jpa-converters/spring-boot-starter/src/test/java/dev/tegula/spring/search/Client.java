package dev.tegula.spring.search;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.UUID;

/** Somebody who is looked for by what is encrypted. */
@Entity
public class Client {

    @Id
    @GeneratedValue
    public UUID id;

    public String name;

    @Encrypted("client.ssn")
    public String ssn;

    @BlindIndexOf(value = "ssn", normalizer = DigitsOnly.class)
    @Column(unique = true)
    public BlindIndex ssnIndex;

    @Encrypted("client.city")
    public String city;

    @BlindIndexOf(value = "city", normalizer = IgnoreCase.class)
    public BlindIndex cityIndex;

    protected Client() {}

    public Client(String name, String ssn, String city) {
        this.name = name;
        this.ssn = ssn;
        this.city = city;
    }
}
