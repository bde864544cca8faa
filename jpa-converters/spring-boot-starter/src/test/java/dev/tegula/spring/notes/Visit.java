package dev.tegula.spring.notes;

import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.DocumentColumn;
import dev.tegula.hibernate.DocumentType;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.jpa.EncryptedConverter;
import dev.tegula.value.Sensitive;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;
import org.hibernate.annotations.CompositeType;

/** Encrypted by converters, which Spring gives the engine, by the annotation and in a document. */
@Entity
public class Visit {

    @Id
    @GeneratedValue
    public UUID id;

    public String name;

    @Convert(converter = Note.class)
    public String note;

    @Convert(converter = Day.class)
    public LocalDate day;

    @Convert(converter = Hidden.class)
    public Sensitive<String> hidden;

    @Encrypted("visit.ssn")
    public String ssn;

    @BlindIndexOf("ssn")
    public BlindIndex ssnIndex;

    @CompositeType(SheetType.class)
    public Sheet sheet;

    protected Visit() {}

    public Visit(String name, String note, LocalDate day) {
        this.name = name;
        this.note = note;
        this.day = day;
    }

    public record Sheet(String city, String phone) {}

    public static class SheetType extends DocumentType<Sheet> {
        public static class Columns {
            @DocumentColumn
            String sheet;

            @Encrypted("visit.phone")
            String phone;
        }

        public SheetType() {
            super(Columns.class, Map.of("phone", "$.phone"));
        }
    }

    @Converter
    public static class Note extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        public Note(Tegula tegula) {
            super(tegula, "visit.note", String.class);
        }
    }

    @Converter
    public static class Day extends EncryptedConverter<LocalDate> implements AttributeConverter<LocalDate, byte[]> {
        public Day(Tegula tegula) {
            super(tegula, "visit.day", LocalDate.class);
        }
    }

    @Converter
    public static class Hidden extends EncryptedConverter<Sensitive<String>>
            implements AttributeConverter<Sensitive<String>, byte[]> {
        public Hidden(Tegula tegula) {
            super(tegula, FieldSpec.sensitive("visit.hidden", String.class));
        }
    }
}
