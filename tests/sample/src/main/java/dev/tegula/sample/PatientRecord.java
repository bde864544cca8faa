package dev.tegula.sample;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * All there is about a patient, to be sent on purpose. The entity is sent without what is encrypted; somebody who wants that
 * asks for this. A document must name everything: what a client was never given would else be deleted by its PUT.
 */
record PatientRecord(
        @JsonProperty(required = true) @NotBlank @Size(max = 200)
        String name,

        @JsonProperty(required = true) @NotNull @Pattern(regexp = SSN, message = SSN_MESSAGE)
        String ssn,

        @JsonProperty(required = true) @PastOrPresent @Nullable
        LocalDate born,

        @JsonProperty(required = true) @Size(max = 2000) @Nullable
        String notes) {

    static final String SSN = "[0-9]{3}-?[0-9]{2}-?[0-9]{4}";
    static final String SSN_MESSAGE = "nine digits, as in 123-45-6789";

    static PatientRecord of(Patient patient) {
        return new PatientRecord(patient.name, patient.ssn, patient.born, patient.notes);
    }

    /** Says nothing of what it holds, wherever it is logged. */
    @Override
    public String toString() {
        return "PatientRecord[***]";
    }
}
