package dev.tegula.demo;

import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** The portable form: a converter for one field, which any Jakarta Persistence provider takes. */
@Converter
public final class PatientNotes extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {

    /** For Hibernate, which injects nothing here: the application says where its engine is. */
    public PatientNotes() {
        super(Clinic::engine, "patient.notes", String.class);
    }
}
