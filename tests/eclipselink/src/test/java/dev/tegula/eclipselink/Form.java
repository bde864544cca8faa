package dev.tegula.eclipselink;

import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Basic;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every place of an entity where a converter may stand; in its collections of elements it is refused. */
@Entity
@Inheritance(strategy = InheritanceType.JOINED)
@SecondaryTable(name = "form_more")
@NamedQuery(name = "Form.byText", query = "select f from Form f where f.text = :value")
public class Form {

    static final Class<?>[] CLASSES = {Form.class, Text.class, Flag.class, Part.class, Sheet.class, LongForm.class};

    @Id
    Long id;

    @Version
    int version;

    String name;

    @Convert(converter = Text.class)
    @Column(columnDefinition = "bytea")
    String text;

    @Convert(converter = Flag.class)
    @Column(columnDefinition = "bytea")
    Boolean flag = true;

    @Basic(fetch = FetchType.LAZY)
    @Convert(converter = Text.class)
    @Column(columnDefinition = "bytea")
    String late;

    @Convert(converter = Text.class)
    @Column(table = "form_more", columnDefinition = "bytea")
    String more;

    @Embedded
    Part part;

    @ElementCollection
    @Convert(converter = Text.class)
    @Column(columnDefinition = "bytea")
    List<String> lines = new ArrayList<>();

    @ElementCollection
    @Convert(converter = Text.class)
    @Column(columnDefinition = "bytea")
    Map<String, String> answers = new HashMap<>();

    @ElementCollection
    @OrderColumn
    @Convert(converter = Text.class)
    @Column(columnDefinition = "bytea")
    List<String> ordered = new ArrayList<>();

    @ElementCollection
    List<Part> parts = new ArrayList<>();

    @OneToMany(mappedBy = "form", cascade = CascadeType.ALL, orphanRemoval = true)
    List<Sheet> sheets = new ArrayList<>();

    public Form() {}

    Form(long id, String value) {
        this.id = id;
        name = "name";
        text = value;
        late = value;
        more = value;
        part = new Part(value);
        answers.put("a", value);
        sheets.add(new Sheet(id, value, this));
    }

    @Converter
    public static class Text extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        public Text() {
            super(Engine::get, "form.text", String.class);
        }
    }

    @Converter
    public static class Flag extends EncryptedConverter<Boolean> implements AttributeConverter<Boolean, byte[]> {
        public Flag() {
            super(Engine::get, "form.flag", Boolean.class);
        }
    }

    @Embeddable
    public static class Part {
        @Convert(converter = Text.class)
        @Column(name = "part_text", columnDefinition = "bytea")
        String text;

        String plain;

        public Part() {}

        Part(String text) {
            this.text = text;
        }
    }

    @Entity(name = "Sheet")
    @Table(name = "sheet")
    public static class Sheet {
        @Id
        Long id;

        @Convert(converter = Text.class)
        @Column(columnDefinition = "bytea")
        String text;

        @ManyToOne(fetch = FetchType.LAZY)
        Form form;

        public Sheet() {}

        Sheet(long id, String text, Form form) {
            this.id = id;
            this.text = text;
            this.form = form;
        }
    }

    @Entity(name = "LongForm")
    @Table(name = "longform")
    public static class LongForm extends Form {
        @Convert(converter = Text.class)
        @Column(columnDefinition = "bytea")
        String own;
    }
}
