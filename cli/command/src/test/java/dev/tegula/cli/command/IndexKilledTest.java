package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.CommandProcess;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backfill that is killed, wherever it is, is finished by running it again; nothing that it did is wrong. */
@Tag("long")
class IndexKilledTest {

    private static final int ROWS = 2_000;

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
            CommandProcess run = CommandProcess.start(
                    clinic, "index", "backfill", "patient.ssn", "--batch=5", "--max-rate=50", "--yes");
            assertThat(run.until(() -> filled(clinic) >= until).kill()).isTrue();
            assertThat(filled(clinic)).isGreaterThanOrEqualTo(until);
        }

        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        Transcript verified = expect(0, clinic.run("index", "verify", "patient.ssn"));
        assertThat(filled(clinic)).isEqualTo(ROWS);
        assertThat(verified.out()).contains("2,000 rows fit, 0 do not");
    }

    private static long filled(ClinicDatabase clinic) {
        return clinic.number("SELECT count(ssn_index) FROM patient");
    }
}
