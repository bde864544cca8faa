package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that is idle in transaction all through a rotation. */
class FenceTranscriptsTest {

    @TempDir
    Path folder;

    @Test
    void rotate_besideAReader_endsWellNamesTheTriggerAndALaterCommandReplacesIt() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 11);
        try (Connection reader = clinic.dataSource().getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM patient");

            assertThat(expect(0, clinic.run("rotate", "patient.ssn", "--yes")).out())
                    .contains("public.patient.ssn is fenced by a trigger, because readers held the table");

            assertThat(expect(0, clinic.run("status")).out()).contains("fence: public.patient.ssn has a trigger");
            assertThat(fence(clinic)).isEqualTo("trigger");
            reader.rollback();
        }
        expect(0, clinic.run("keys", "reopen", "patient.ssn", "--version", "1"));
        expect(0, clinic.run("keys", "retire", "patient.ssn", "--version", "1"));

        assertThat(fence(clinic)).isEqualTo("check");
        assertThat(expect(0, clinic.run("status")).out()).doesNotContain("fence:");
        assertThat(clinic.number("SELECT count(*) FROM pg_proc WHERE proname LIKE 'tegula\\_fence\\_%'"))
                .isZero();
    }

    private static String fence(ClinicDatabase clinic) {
        return expect(0, clinic.run("status", "patient.ssn", "--json"))
                .json()
                .get("columns")
                .get(0)
                .get("fence")
                .asText();
    }
}
