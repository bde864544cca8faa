package dev.tegula.sample;

import dev.tegula.blindindex.BlindIndex;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * What people do at the clinic's desk, each a transaction. One that wrote under a key while a rotation retired it is run
 * again by the starter ({@code tegula.retry.max-attempts}), and is then written under the new key.
 */
@Service
@Transactional
class Desk {

    private static final int LINES = 25;

    private final Patients patients;

    Desk(Patients patients) {
        this.patients = patients;
    }

    /** A page of the list by name; the first is 0. */
    @Transactional(readOnly = true)
    public Page<Patients.Listed> list(int page) {
        return patients.findAllBy(PageRequest.of(page, LINES, Sort.by("name", "id")));
    }

    @Transactional(readOnly = true)
    public Optional<Patient> find(UUID id) {
        return patients.findById(id);
    }

    /** However the nine digits are written. */
    @Transactional(readOnly = true)
    public Optional<Patient> findBySsn(String ssn) {
        return patients.findBySsnIndex(BlindIndex.of(ssn));
    }

    /**
     * Saves a new patient.
     *
     * @throws org.springframework.dao.DataIntegrityViolationException if another patient has this number
     */
    public Patient admit(PatientRecord record) {
        return patients.saveAndFlush(new Patient(record));
    }

    /**
     * Writes all of a patient again; empty if there is none.
     *
     * @throws org.springframework.dao.DataIntegrityViolationException if another patient has this number
     */
    public Optional<Patient> change(UUID id, PatientRecord record) {
        Optional<Patient> patient = patients.findById(id);
        patient.ifPresent(found -> found.write(record));
        patients.flush();
        return patient;
    }

    /**
     * The same, if the patient is still the one that somebody has looked at.
     *
     * @throws OptimisticLockingFailureException if it was changed since
     * @throws org.springframework.dao.DataIntegrityViolationException if another patient has this number
     */
    public Optional<Patient> change(UUID id, int version, PatientRecord record) {
        if (patients.findById(id).filter(found -> found.version != version).isPresent()) {
            throw new OptimisticLockingFailureException("The patient is of another version than " + version + ".");
        }
        return change(id, record);
    }

    /** Whether there was one. */
    public boolean discharge(UUID id) {
        Optional<Patient> patient = patients.findById(id);
        patient.ifPresent(patients::delete);
        return patient.isPresent();
    }
}
