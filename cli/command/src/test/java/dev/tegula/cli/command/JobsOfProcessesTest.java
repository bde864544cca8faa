package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ChildJvm;
import dev.tegula.cli.ClinicDatabase;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A re-encryption in a process of its own, which another process pauses, and which is killed after it went on. */
class JobsOfProcessesTest {

    private static final int ROWS = 12_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @Test
    void pause_ofARunningProcess_endsItAndWhatIsKilledAfterResumeLosesNothing() throws Exception {
        clinic = ClinicDatabase.withPatients(folder, 2);
        clinic.execute("INSERT INTO patient (id, ssn) SELECT g, (SELECT ssn FROM patient ORDER BY id LIMIT 1)"
                + " FROM generate_series(1000, 999 + " + (ROWS - 2) + ") g");
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));

        Process first = reencrypt("first.log");
        until(() -> moved() > 0 || !first.isAlive());
        String job =
                clinic.run("jobs", "list", "--json").json().at("/jobs/0/job").textValue();
        expect(0, clinic.run("jobs", "pause", job));
        assertThat(first.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue())
                .as(Files.readString(folder.resolve("first.log")))
                .isEqualTo(130);
        assertThat(Files.readString(folder.resolve("first.log"))).contains("somebody paused job " + job);
        long held = moved();
        assertThat(held).isBetween(1L, ROWS - 1L);

        expect(8, clinic.run("reencrypt", "patient.ssn", "--yes"));
        assertThat(moved()).isEqualTo(held);
        expect(0, clinic.run("jobs", "resume", job));

        Process second = reencrypt("second.log");
        until(() -> moved() > held || !second.isAlive());
        second.destroyForcibly();
        assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).as("killed in the middle").isEqualTo(128 + 9);
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

    private static void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private Process reencrypt(String log) throws Exception {
        return new ProcessBuilder(ChildJvm.tegula(
                        "reencrypt",
                        "patient.ssn",
                        "--yes",
                        "--batch=50",
                        "--max-rate=500",
                        "--config=" + clinic.file()))
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), log))
                .start();
    }
}
