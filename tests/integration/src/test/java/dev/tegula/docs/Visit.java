package dev.tegula.docs;

import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.UUID;

@Entity
class Visit {
    @Id
    @GeneratedValue
    UUID id;

    @Convert(converter = VisitNote.class)
    String note;
}
