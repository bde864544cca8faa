package dev.tegula.hibernate;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.value.Sensitive;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.CompositeType;
import org.hibernate.envers.Audited;
import org.hibernate.envers.NotAudited;

/** Entities that hold one value in every way that there is. */
@SuppressWarnings("SameNameButDifferent") // each type of documents has its columns
final class SentinelMappings {

    static final Class<?>[] ANNOTATED = {Dossier.class, BoundDossier.class, Leaflet.class, ClearLeaflet.class};
    static final Class<?>[] CONVERTED = {Slip.class};

    private SentinelMappings() {}

    /** Says what it was given, as code of an application might. */
    public static final class Telltale implements Normalizer<String> {
        @Override
        public String id() {
            return "sentinel.telltale";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Object normalize(String value) {
            if (value.endsWith("!")) {
                throw new IllegalArgumentException("cannot normalise " + value);
            }
            return value;
        }
    }

    /** As {@link Telltale}, when it is written as JSON. */
    static class Memo {
        private String text = "";

        public String getText() {
            if (text.endsWith("!")) {
                throw new IllegalStateException("cannot give " + text);
            }
            return text;
        }

        public void setText(String text) {
            this.text = text;
        }
    }

    @Embeddable
    static class Home {
        @Encrypted("sentinel.street")
        String street;

        String city = "Lisboa";
    }

    @Entity(name = "Dossier")
    @Audited
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Dossier {
        @Id
        Long id;

        @Version
        int version;

        String name = "visible";

        @Encrypted("sentinel.secret")
        String secret;

        @BlindIndexOf(value = "secret", normalizer = Telltale.class)
        @Column(unique = true)
        BlindIndex secretIndex;

        @BlindTokensOf("secret")
        BlindTokens secretWords;

        @Encrypted("sentinel.guarded")
        Sensitive<String> guarded;

        @Encrypted("sentinel.notes")
        Map<String, String> notes = new HashMap<>();

        @Encrypted("sentinel.memo")
        Memo memo = new Memo();

        @Encrypted(value = "sentinel.sealed", nulls = Nulls.SEAL, padToBytes = 64)
        String sealed;

        @ElementCollection
        @NotAudited // its history would have the value in its key, and is refused
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        @Encrypted("sentinel.tag")
        List<String> tags = new ArrayList<>();

        @Embedded
        Home home = new Home();

        Dossier() {}

        Dossier(long id, String value) {
            this.id = id;
            fill(value);
        }

        void fill(String value) {
            secret = value;
            guarded = new Sensitive<>(value);
            notes.put(value, value);
            memo.setText(value);
            sealed = value;
            tags.add(value);
            home.street = value;
        }

        public Long getId() {
            return id;
        }

        public String getName() {
            return name;
        }

        public String getSecret() {
            return secret;
        }

        public BlindIndex getSecretIndex() {
            return secretIndex;
        }

        public BlindTokens getSecretWords() {
            return secretWords;
        }

        public Sensitive<String> getGuarded() {
            return guarded;
        }

        public Map<String, String> getNotes() {
            return notes;
        }

        public List<String> getTags() {
            return tags;
        }
    }

    @Entity(name = "BoundDossier")
    static class BoundDossier {
        @Id
        Long id;

        @Encrypted(value = "sentinel.bound", bind = Bind.ROW)
        String secret;

        @BlindIndexOf("secret")
        BlindIndex secretIndex;

        BoundDossier() {}

        BoundDossier(long id, String value) {
            this.id = id;
            this.secret = value;
        }
    }

    /** Whose parts may be given another shape than their path has. */
    record Leaf(String title, String text, Object parts) {}

    public static class LeafType extends DocumentType<Leaf> {
        public static class Columns {
            @DocumentColumn
            @Column(name = "leaf")
            String document;

            @Encrypted("sentinel.leaf.text")
            @Column(name = "leaf_text")
            String text;

            @Encrypted("sentinel.leaf.part")
            @Column(name = "leaf_parts")
            String parts;
        }

        public LeafType() {
            super(Columns.class, Map.of("text", "$.text", "parts", "$.parts[*].text"));
        }
    }

    @Entity(name = "Leaflet")
    @Audited
    static class Leaflet {
        @Id
        Long id;

        @CompositeType(LeafType.class)
        Leaf leaf;

        Leaflet() {}

        Leaflet(long id, String value) {
            this.id = id;
            this.leaf = leaf(value);
        }

        static Leaf leaf(String value) {
            return new Leaf(
                    "visible", value, List.of(Map.of("title", "visible", "text", value), Map.of("title", "none")));
        }

        public Leaf getLeaf() {
            return leaf;
        }
    }

    /** Whose documents may still be in clear. */
    public static class ClearLeafType extends DocumentType<Leaf> {
        public static class Columns {
            @DocumentColumn(acceptClear = true)
            @Column(name = "leaf")
            String document;

            @Encrypted("sentinel.clear.text")
            @Column(name = "leaf_text")
            String text;

            @Encrypted("sentinel.clear.part")
            @Column(name = "leaf_parts")
            String parts;
        }

        public ClearLeafType() {
            super(Columns.class, Map.of("text", "$.text", "parts", "$.parts[*].text"));
        }
    }

    @Entity(name = "ClearLeaflet")
    static class ClearLeaflet {
        @Id
        Long id;

        @CompositeType(ClearLeafType.class)
        Leaf leaf;
    }

    @Entity(name = "Slip")
    static class Slip {
        @Id
        Long id;

        @Convert(converter = PathMappings.Note.class)
        String note;

        Slip() {}

        Slip(long id, String note) {
            this.id = id;
            this.note = note;
        }
    }
}
