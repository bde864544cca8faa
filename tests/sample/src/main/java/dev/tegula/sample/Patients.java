package dev.tegula.sample;

import dev.tegula.Tegula;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** The clinic's patients, each call a transaction of its own. */
final class Patients {

    private static final int ATTEMPTS = 3;
    private static final int PAGE = 100;
    private static final int SHOWN_BYTES = 6;

    private final EntityManagerFactory entities;
    private final Tegula tegula;

    Patients(EntityManagerFactory entities, Tegula tegula) {
        this.entities = entities;
        this.tegula = tegula;
    }

    /** So that there is something to look at. */
    void admitSomebody() {
        if (list().isEmpty()) {
            admit(new PatientForm("Ada Ferreira", "123-45-6789", "1990-12-31", "first visit"));
        }
    }

    Patient admit(PatientForm form) {
        return transaction(em -> {
            Patient patient = new Patient(form.nameOr(""));
            form.writeTo(patient);
            em.persist(patient);
            return patient;
        });
    }

    Optional<Patient> change(UUID id, PatientForm form) {
        return transaction(em -> {
            Optional<Patient> patient = Optional.ofNullable(em.find(Patient.class, id));
            patient.ifPresent(form::writeTo);
            return patient;
        });
    }

    Optional<Patient> find(UUID id) {
        return transaction(em -> Optional.ofNullable(em.find(Patient.class, id)));
    }

    /** The first hundred by name. Selecting attributes that are not encrypted opens no envelope. */
    List<Listed> list() {
        return transaction(
                em -> em.createQuery("select p.id, p.name from Patient p order by p.name, p.id", Listed.class)
                        .setMaxResults(PAGE)
                        .getResultList());
    }

    /** A line of the list. */
    record Listed(UUID id, String name) {}

    /** What the database holds instead of the values: suite, mode and key id of each envelope, and its length. */
    Optional<Map<String, String>> stored(UUID id) {
        return transaction(em -> em.unwrap(Session.class)
                .createNativeQuery("select ssn, born, notes from patient where id = :id", Object[].class)
                .setParameter("id", id)
                .uniqueResultOptional()
                .map(row -> Map.of("ssn", shown(row[0]), "born", shown(row[1]), "notes", shown(row[2]))));
    }

    private static String shown(@Nullable Object column) {
        return column instanceof byte[] envelope
                ? "\\x" + HexFormat.of().formatHex(envelope, 0, SHOWN_BYTES) + "…, " + envelope.length + " bytes"
                : "null";
    }

    /**
     * A transaction that wrote under a key while a rotation retired it is refused by the fence on the column. Its work has
     * to run again, and is then written under the new key.
     */
    private <T> T transaction(Function<EntityManager, T> work) {
        for (int attempt = 1; ; attempt++) {
            try (EntityManager em = entities.createEntityManager()) {
                EntityTransaction transaction = em.getTransaction();
                transaction.begin();
                try {
                    T result = work.apply(em);
                    transaction.commit();
                    return result;
                } finally {
                    if (transaction.isActive()) {
                        transaction.rollback();
                    }
                }
            } catch (RuntimeException e) {
                if (attempt == ATTEMPTS || !tegula.fenced(e)) {
                    throw e;
                }
            }
        }
    }
}
