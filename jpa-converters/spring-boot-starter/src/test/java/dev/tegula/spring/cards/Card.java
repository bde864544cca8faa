package dev.tegula.spring.cards;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** A card whose number is looked for. */
@Entity
public class Card {

    @Id
    public long id;

    @Encrypted("card.number")
    public String number;

    @BlindIndexOf(value = "number", normalizer = DigitsOnly.class)
    @Column(name = "number_index", nullable = false)
    public BlindIndex numberIndex;

    @Encrypted("card.uses")
    public int uses;
}
