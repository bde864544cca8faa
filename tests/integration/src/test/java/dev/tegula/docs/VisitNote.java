package dev.tegula.docs;

import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;

// docs:begin readme-converter
class VisitNote extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
    VisitNote() {
        super(App::tegula, "visit.note", String.class);
    }
}
// docs:end readme-converter
