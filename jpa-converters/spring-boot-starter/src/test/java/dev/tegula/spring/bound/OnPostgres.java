package dev.tegula.spring.bound;

import dev.tegula.blindindex.BlindTokens;
import dev.tegula.hibernate.Bind;
import dev.tegula.hibernate.BlindTokensOf;
import dev.tegula.hibernate.Encrypted;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.UUID;

/** What only PostgreSQL can hold, in a package that no slice scans. */
public final class OnPostgres {

    private OnPostgres() {}

    @Entity(name = "Bound")
    public static class Bound {
        @Id
        UUID id;

        @Encrypted(value = "bound.secret", bind = Bind.ROW)
        String secret;
    }

    @Entity(name = "Searched")
    public static class Searched {
        @Id
        UUID id;

        @Encrypted("searched.name")
        String name;

        @BlindTokensOf("name")
        BlindTokens words;
    }
}
