package dev.tegula.sample;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Fills an empty clinic, so that there is something to look at and to rotate. Numbers from 900 on are nobody's. */
@Component
class InventedPatients implements ApplicationRunner {

    private static final List<String> FIRST = List.of(
            "Amina", "Bruno", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jonas", "Kaya", "Luca",
            "Mara", "Noor", "Olga", "Pavel", "Rosa", "Samir", "Tove", "Yusuf");
    private static final List<String> LAST = List.of(
            "Abe", "Bianchi", "Cohen", "Duarte", "Eriksen", "Fofana", "Garcia", "Haddad", "Ivanova", "Jansen", "Kimura",
            "Lopes", "Meyer", "Novak", "Okafor", "Petrov", "Rossi", "Sato", "Tanaka", "Weber");
    private static final List<String> NOTES =
            List.of("Allergic to penicillin.", "Check-up in spring.", "New glasses.", "Asks for a second opinion.");

    private static final LocalDate ELDEST = LocalDate.of(1931, 3, 14);
    private static final int DAYS_APART = 83;
    private static final int NUMBER_STEP = 7919;

    private final Patients patients;
    private final int count;

    InventedPatients(Patients patients, @Value("${clinic.invented-patients}") int count) {
        this.patients = patients;
        this.count = count;
    }

    @Override
    @Transactional
    public void run(ApplicationArguments arguments) {
        if (patients.count() > 0) {
            return;
        }
        List<Patient> all = new ArrayList<>();
        all.add(new Patient(
                new PatientRecord("Ada Ferreira", "123-45-6789", LocalDate.of(1990, 12, 31), "first visit")));
        for (int i = 0; i < count; i++) {
            all.add(invented(i));
        }
        patients.saveAll(all);
    }

    private static Patient invented(int i) {
        String name = FIRST.get(i % FIRST.size()) + " " + LAST.get((i / FIRST.size() + i) % LAST.size());
        long digits = (long) i * NUMBER_STEP % 1_000_000;
        String ssn = "9%02d-%02d-%04d".formatted(i % 100, digits / 10_000, digits % 10_000);
        String notes = i % 3 == 0 ? null : NOTES.get(i % NOTES.size());
        return new Patient(new PatientRecord(name, ssn, ELDEST.plusDays((long) i * DAYS_APART), notes));
    }
}
