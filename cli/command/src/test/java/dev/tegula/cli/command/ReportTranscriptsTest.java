package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code tegula report} says on a terminal, and to programs. */
@Recorded
class ReportTranscriptsTest {

    @TempDir
    Path folder;

    private final String user = System.getProperty("user.name");

    @BeforeEach
    void start() {
        System.setProperty("user.name", "alice");
    }

    @AfterEach
    void stop() {
        System.setProperty("user.name", user);
    }

    @Test
    void clinic_inOrderAndNot_isTold() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3).withSecrets("app/prod");
        clinic.edit("  keys:\n", "  keys:\n    max-age: 365d\n");
        expect(0, clinic.run("report"));
        clinic.execute("INSERT INTO patient VALUES (1000, 'in clear'), (1001, NULL)");
        expect(3, clinic.run("report", "--no-checks"));
        expect(3, clinic.run("report", "--no-checks", "--json"));
        expect(3, clinic.run("report", "--no-checks", "--csv"));
        expect(2, clinic.run("report", "--csv", "--json"));
        expect(7, clinic.run("report", "--out", clinic.folder() + "/no/such/folder/report.html"));
        expect(8, clinic.run("report", "--out", clinic.file().toString()));
    }
}
