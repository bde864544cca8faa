package dev.tegula.spring.slice;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What Hibernate makes a table of on any database: values, an index of one, a document, a list. */
@Entity
class Member {

    @Id
    @GeneratedValue
    UUID id;

    String name;

    @Encrypted("member.ssn")
    String ssn;

    @BlindIndexOf(value = "ssn", normalizer = DigitsOnly.class)
    @Column(unique = true)
    BlindIndex ssnIndex;

    @Encrypted("member.preferences")
    Map<String, String> preferences;

    @ElementCollection
    @Encrypted("member.phone")
    List<String> phones = new ArrayList<>();

    protected Member() {}

    Member(String name, String ssn) {
        this.name = name;
        this.ssn = ssn;
    }
}
