package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.CommandProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A re-encryption in a process of its own, which another process pauses, and which is killed after it went on. */
@Tag("long")
class JobsOfProcessesTest {

    private static final int ROWS = 12_000;

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @Test
    void pause_ofARunningProcess_endsItAndWhatIsKilledAfterResumeLosesNothing() throws Exception {
        clinic = ClinicDatabase.withPatients(folder, 2);
        clinic.execute("INSERT INTO patient (id, ssn) SELECT g, (SELECT ssn FROM patient ORDER BY id LIMIT 1)"
                + " FROM generate_series(1000, 999 + " + (ROWS - 2) + ") g");
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));

        CommandProcess first = reencrypt().until(() -> moved() > 0);
        String job =
                clinic.run("jobs", "list", "--json").json().at("/jobs/0/job").textValue();
        expect(0, clinic.run("jobs", "pause", job));
        assertThat(first.exit()).as(first::printed).isEqualTo(130);
        assertThat(first.printed()).contains("somebody paused job " + job);
        long held = moved();
        assertThat(held).isBetween(1L, ROWS - 1L);

        expect(8, clinic.run("reencrypt", "patient.ssn", "--yes"));
        assertThat(moved()).isEqualTo(held);
        expect(0, clinic.run("jobs", "resume", job));

        assertThat(reencrypt().until(() -> moved() > held).kill()).isTrue();
        assertThat(moved()).isBetween(held, ROWS - 1L);

        expect(0, clinic.run("reencrypt", "patient.ssn", "--yes"));
        assertThat(moved()).isEqualTo(ROWS);
        assertThat(clinic.run("jobs", "show", job, "--json").json().at("/moved").longValue())
                .isEqualTo(ROWS);
        assertThat(expect(0, clinic.run("verify", "patient.ssn")).out()).contains("12,000");
    }

    private long moved() {
        return clinic.number(
                "SELECT count(*) FROM patient WHERE substring(ssn from 3 for 32) = (SELECT key_id FROM tegula_key"
                        + " WHERE field = 'patient.ssn' AND version = 2)");
    }

    private CommandProcess reencrypt() {
        return CommandProcess.start(clinic, "reencrypt", "patient.ssn", "--yes", "--batch=50", "--max-rate=500");
    }
}
