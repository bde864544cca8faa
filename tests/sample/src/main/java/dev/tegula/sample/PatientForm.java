package dev.tegula.sample;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** What somebody typed into the page of a patient. */
public final class PatientForm {

    /** That of the patient that the form was filled from; what was saved since must not be written over unseen. */
    private int version;

    @NotBlank(message = "a name is needed")
    @Size(max = 200)
    private String name = "";

    @NotNull
    @Pattern(regexp = PatientRecord.SSN, message = PatientRecord.SSN_MESSAGE)
    private String ssn = "";

    @PastOrPresent(message = "not in the future")
    private @Nullable LocalDate born;

    @Size(max = 2000, message = "at most 2000 characters")
    private String notes = "";

    static PatientForm of(Patient patient) {
        PatientRecord record = PatientRecord.of(patient);
        PatientForm form = new PatientForm();
        form.version = patient.version;
        form.name = record.name();
        form.ssn = record.ssn();
        form.born = record.born();
        form.notes = record.notes() == null ? "" : record.notes();
        return form;
    }

    PatientRecord record() {
        return new PatientRecord(name.strip(), ssn, born, notes.isBlank() ? null : notes);
    }

    public int getVersion() {
        return version;
    }

    public void setVersion(int version) {
        this.version = version;
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getSsn() {
        return ssn;
    }

    public void setSsn(String ssn) {
        this.ssn = ssn.strip();
    }

    public @Nullable LocalDate getBorn() {
        return born;
    }

    public void setBorn(@Nullable LocalDate born) {
        this.born = born;
    }

    public String getNotes() {
        return notes;
    }

    public void setNotes(String notes) {
        this.notes = notes;
    }

    /** Says nothing of what it holds, wherever it is logged. */
    @Override
    public String toString() {
        return "PatientForm[***]";
    }
}
