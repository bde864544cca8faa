package dev.tegula.hibernate;

import jakarta.persistence.ConstraintMode;
import jakarta.persistence.Entity;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinColumns;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Associations by, or in the column of, an encrypted attribute; without constraints, so that nothing else stops them. */
final class ReferringMappings {

    private ReferringMappings() {}

    @Entity(name = "Card")
    static class Card implements Serializable {
        private static final long serialVersionUID = 1L;

        @Id
        Long id;

        @Encrypted("r.code")
        String code;

        String region;
    }

    @Entity(name = "ManyToOneByCode")
    static class ManyToOneByCode {
        @Id
        Long id;

        @ManyToOne
        @JoinColumn(
                name = "card_code",
                referencedColumnName = "code",
                foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
        Card card;
    }

    @Entity(name = "OneToOneByCode")
    static class OneToOneByCode {
        @Id
        Long id;

        @OneToOne
        @JoinColumn(
                name = "card_code",
                referencedColumnName = "code",
                foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
        Card card;
    }

    @Entity(name = "ByTwoColumns")
    static class ByTwoColumns {
        @Id
        Long id;

        @ManyToOne
        @JoinColumns(
                value = {
                    @JoinColumn(name = "card_code", referencedColumnName = "code"),
                    @JoinColumn(name = "card_region", referencedColumnName = "region")
                },
                foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
        Card card;
    }

    @Entity(name = "ManyToManyByCode")
    static class ManyToManyByCode {
        @Id
        Long id;

        @ManyToMany
        @JoinTable(
                inverseJoinColumns =
                        @JoinColumn(
                                name = "card_code",
                                referencedColumnName = "code",
                                foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT)))
        List<Card> cards = new ArrayList<>();
    }

    @Entity(name = "Entry")
    static class Entry {
        @Id
        Long id;
    }

    @Entity(name = "OneToManyByCode")
    static class OneToManyByCode implements Serializable {
        private static final long serialVersionUID = 1L;

        @Id
        Long id;

        @Encrypted("r.own")
        String code;

        @OneToMany
        @JoinColumn(
                name = "owner_code",
                referencedColumnName = "code",
                foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
        List<Entry> entries = new ArrayList<>();
    }

    /** The encrypted attribute is the foreign key column of an association beside it. */
    @Entity(name = "InForeignKey")
    static class InForeignKey {
        @Id
        Long id;

        @Encrypted("r.foreign")
        String entry;

        @ManyToOne
        @JoinColumn(
                name = "entry",
                insertable = false,
                updatable = false,
                foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
        Entry association;
    }
}
