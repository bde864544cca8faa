package dev.tegula.hibernate;

import dev.tegula.Tegula;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.NamedAttributeNode;
import jakarta.persistence.NamedEntityGraph;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.ColumnDefault;
import org.hibernate.annotations.DynamicInsert;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Fetch;
import org.hibernate.annotations.FetchMode;
import org.hibernate.annotations.Filter;
import org.hibernate.annotations.FilterDef;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.ParamDef;
import org.hibernate.annotations.SQLRestriction;

/** Entities with the same value twice: encrypted by the annotation, and by a converter. */
final class PathMappings {

    static final Class<?>[] CLASSES = {
        Folder.class,
        Sheet.class,
        Made.class,
        Known.class,
        Sparse.class,
        Single.class,
        SingleChild.class,
        Joined.class,
        JoinedChild.class,
        PerClass.class,
        PerClassChild.class,
        Split.class
    };

    static volatile Tegula tegula;

    private PathMappings() {}

    @Converter
    static class Note extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Note() {
            super(() -> tegula, "path.note", String.class);
        }
    }

    @Converter
    static class Flag extends EncryptedConverter<Boolean> implements AttributeConverter<Boolean, byte[]> {
        Flag() {
            super(() -> tegula, "path.converted", Boolean.class);
        }
    }

    @Embeddable
    static class Part {
        @Encrypted("path.part")
        @Column(name = "part_secret")
        String secret;

        @Convert(converter = Note.class)
        @Column(name = "part_note")
        String note;

        Part() {}

        Part(String value) {
            secret = value;
            note = value;
        }
    }

    @Entity(name = "Folder")
    @FilterDef(name = "named", parameters = @ParamDef(name = "name", type = String.class))
    @Filter(name = "named", condition = "name = :name")
    @SQLRestriction("name <> 'hidden'")
    @NamedEntityGraph(name = "sheets", attributeNodes = @NamedAttributeNode("sheets"))
    static class Folder extends Identified {
        @Version
        int version;

        String name = "visible";

        @Encrypted("path.secret")
        String secret;

        @Convert(converter = Note.class)
        String note;

        @Encrypted("path.flag")
        Boolean flag = true;

        @Convert(converter = Flag.class)
        Boolean converted = true;

        @Embedded
        Part part;

        @ElementCollection
        @OrderColumn
        @Encrypted("path.line")
        List<String> lines = new ArrayList<>();

        @ElementCollection
        @Convert(converter = Note.class)
        List<String> notes = new ArrayList<>();

        @ElementCollection
        @Convert(attributeName = "value", converter = Note.class)
        Map<String, String> answers = new HashMap<>();

        @ElementCollection
        List<PartOfMany> parts = new ArrayList<>();

        @OneToMany(mappedBy = "folder", cascade = CascadeType.ALL, orphanRemoval = true)
        @Fetch(FetchMode.SUBSELECT)
        List<Sheet> sheets = new ArrayList<>();

        Folder() {}

        Folder(long id, String value) {
            this.id = id;
            secret = value;
            note = value;
            part = new Part(value);
            lines.add(value);
            notes.add(value);
            answers.put("a", value);
            parts.add(new PartOfMany(value));
            sheets.add(new Sheet(id, value, this));
        }
    }

    @Embeddable
    static class PartOfMany {
        @Encrypted("path.many")
        @Column(name = "many_secret")
        String secret;

        @Convert(converter = Note.class)
        @Column(name = "many_note")
        String note;

        PartOfMany() {}

        PartOfMany(String value) {
            secret = value;
            note = value;
        }
    }

    @Entity(name = "Sheet")
    static class Sheet extends Identified {
        @Encrypted("path.sheet")
        String secret;

        @Convert(converter = Note.class)
        String note;

        @ManyToOne(fetch = FetchType.LAZY)
        Folder folder;

        Sheet() {}

        Sheet(long id, String value, Folder folder) {
            this.id = id;
            this.folder = folder;
            secret = value;
            note = value;
        }
    }

    /** The database makes its key and its time. */
    @Entity(name = "Made")
    static class Made {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;

        @Generated
        @ColumnDefault("7")
        Integer made;

        @Encrypted("path.made")
        String secret;

        @Convert(converter = Note.class)
        String note;
    }

    @Entity(name = "Known")
    static class Known extends Identified {
        @NaturalId
        String code;

        @Encrypted("path.known")
        String secret;

        @Convert(converter = Note.class)
        String note;
    }

    @Entity(name = "Sparse")
    @DynamicInsert
    @DynamicUpdate
    static class Sparse extends Identified {
        String name;

        @Encrypted("path.sparse")
        String secret;

        @Convert(converter = Note.class)
        String note;
    }

    @Entity(name = "Single")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    static class Single extends Identified {
        @Convert(converter = Note.class)
        String note;
    }

    @Entity(name = "SingleChild")
    static class SingleChild extends Single {
        @Convert(converter = Note.class)
        String own;
    }

    @Entity(name = "Joined")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Joined extends Identified {
        @Convert(converter = Note.class)
        String note;
    }

    @Entity(name = "JoinedChild")
    static class JoinedChild extends Joined {
        @Convert(converter = Note.class)
        String own;
    }

    @Entity(name = "PerClass")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    abstract static class PerClass extends Identified {
        @Convert(converter = Note.class)
        String note;
    }

    @Entity(name = "PerClassChild")
    static class PerClassChild extends PerClass {
        @Convert(converter = Note.class)
        String own;
    }

    @Entity(name = "Split")
    @SecondaryTable(name = "split_more")
    static class Split extends Identified {
        @Column(table = "split_more")
        @Convert(converter = Note.class)
        String note;
    }
}
