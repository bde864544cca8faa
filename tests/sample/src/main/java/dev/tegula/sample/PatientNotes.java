package dev.tegula.sample;

import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** Encrypts the notes. Nothing injects into it here, so it asks the application for the engine. */
@Converter
class PatientNotes extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {

    /** For Hibernate. */
    PatientNotes() {
        super(Clinic::tegula, "patient.notes", String.class);
    }
}
