package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ChildJvm;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backfill that is killed, wherever it is, is finished by running it again; nothing that it did is wrong. */
class IndexKilledTest {

    private static final int ROWS = 2_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    @Test
    void backfill_killed_isFinishedByTheNextRun() throws Exception {
        killedAndRunAgain(2);
    }

    /** Long, because each round starts a JVM: more places where the kill can fall. */
    @Tag("long")
    @Test
    void backfill_killedManyTimes_isFinishedByTheNextRun() throws Exception {
        killedAndRunAgain(40);
    }

    private void killedAndRunAgain(int kills) throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, ROWS);
        clinic.index();
        clinic.execute("CREATE UNIQUE INDEX ON patient (ssn_index)");
        Random random = new Random(kills);
        for (int kill = 0; kill < kills; kill++) {
            clinic.execute("UPDATE patient SET ssn_index = NULL WHERE id % 3 = " + kill % 3);
            long before = filled(clinic);
            // Ten seconds at that rate are left from here on, however late a busy machine sees it.
            long until = before + 1 + random.nextInt(60);
            Process run = start(clinic);
            while (filled(clinic) < until && run.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            run.destroyForcibly();
            assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(filled(clinic)).isGreaterThanOrEqualTo(until);
            assertThat(run.exitValue()).as("killed in the middle").isEqualTo(128 + 9);
        }

        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        Transcript verified = expect(0, clinic.run("index", "verify", "patient.ssn"));
        assertThat(filled(clinic)).isEqualTo(ROWS);
        assertThat(verified.out()).contains("2,000 rows fit, 0 do not");
    }

    private static long filled(ClinicDatabase clinic) {
        return clinic.number("SELECT count(ssn_index) FROM patient");
    }

    private Process start(ClinicDatabase clinic) throws Exception {
        return new ProcessBuilder(ChildJvm.tegula(
                        "index",
                        "backfill",
                        "patient.ssn",
                        "--batch=5",
                        "--max-rate=50",
                        "--yes",
                        "--config=" + clinic.file()))
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "killed.log"))
                .start();
    }
}
