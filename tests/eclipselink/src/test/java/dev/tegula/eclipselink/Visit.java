package dev.tegula.eclipselink;

import dev.tegula.FieldSpec;
import dev.tegula.jpa.EncryptedConverter;
import dev.tegula.value.Sensitive;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "visit")
public class Visit {

    @Id
    Long id;

    @Convert(converter = Note.class)
    @Column(columnDefinition = "bytea")
    String note;

    @Convert(converter = Hidden.class)
    @Column(columnDefinition = "bytea")
    Sensitive<String> hidden;

    @Converter
    public static class Note extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        public Note() {
            super(Engine::get, "visit.note", String.class);
        }
    }

    @Converter
    public static class Hidden extends EncryptedConverter<Sensitive<String>>
            implements AttributeConverter<Sensitive<String>, byte[]> {
        public Hidden() {
            super(Engine::get, FieldSpec.sensitive("visit.hidden", String.class));
        }
    }
}
