package dev.tegula.sample;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about a patient; what it leaves out stays as it is.
 *
 * @param born an ISO date
 */
record PatientForm(
        @Nullable String name,
        @Nullable String ssn,
        @Nullable String born,
        @Nullable String notes) {

    String nameOr(String fallback) {
        return name == null ? fallback : name;
    }

    /** @throws java.time.DateTimeException if {@code born} is no date */
    void writeTo(Patient patient) {
        patient.name = nameOr(patient.name);
        if (ssn != null) {
            patient.ssn = ssn;
        }
        if (born != null) {
            patient.born = LocalDate.parse(born);
        }
        if (notes != null) {
            patient.notes = notes;
        }
    }

    /** Says nothing of what it holds. */
    @Override
    public String toString() {
        return "PatientForm[***]";
    }
}
