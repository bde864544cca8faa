package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.CommandProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A retry that is killed between two of its transactions, with rows changed in the second: all of a transaction is there, or none. */
@Tag("long")
class QuarantineKilledTest {

    private static final String FLIP = "UPDATE patient SET ssn = set_byte(ssn, length(ssn) - 1, 255 - get_byte(ssn,"
            + " length(ssn) - 1)) WHERE id <= 30";

    @TempDir
    Path folder;

    @Test
    void retry_killed_isFinishedByTheNextRun() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 40);
        clinic.execute(FLIP);
        expect(3, clinic.run("rotate", "patient.ssn", "--yes"));
        clinic.execute(FLIP);
        assertThat(noted(clinic)).isEqualTo(30);

        try (Connection holder = clinic.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            // Rows go in the order of their text: id=9 is the last of them. The retry has changed its row, and waits
            // for the note.
            statement.execute("SELECT 1 FROM tegula_quarantine WHERE row_key = 'id=9' FOR UPDATE");
            CommandProcess run = CommandProcess.start(clinic, "quarantine", "retry", "--yes");
            assertThat(run.until(() -> waits(clinic)).kill()).isTrue();
            holder.rollback();
        }
        assertThat(noted(clinic)).as("the first transaction is there").isBetween(1L, 29L);
        assertThat(clinic.number("SELECT count(*) FROM patient p JOIN tegula_quarantine q ON q.row_key = 'id=' || p.id"
                        + " WHERE substring(p.ssn from 3 for 32) = q.key_id"))
                .as("what is noted still is under its key")
                .isEqualTo(noted(clinic));

        expect(0, clinic.run("quarantine", "retry", "--yes"));
        assertThat(noted(clinic)).isZero();
        assertThat(clinic.number("SELECT count(DISTINCT substring(ssn from 3 for 32)) FROM patient"))
                .isEqualTo(1);
        List<String> written =
                IntStream.rangeClosed(1, 40).mapToObj(i -> "canary-" + i).toList();
        assertThat(clinic.read()).containsExactlyInAnyOrderElementsOf(written);
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        expect(0, clinic.run("audit", "verify"));
    }

    private static boolean waits(ClinicDatabase clinic) {
        return clinic.number(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name ="
                                + " 'tegula-reencrypt' AND datname = current_database()")
                > 0;
    }

    private static long noted(ClinicDatabase clinic) {
        return clinic.number("SELECT count(*) FROM tegula_quarantine");
    }
}
