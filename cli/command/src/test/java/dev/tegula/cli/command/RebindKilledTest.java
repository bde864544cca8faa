package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.CommandProcess;
import dev.tegula.cli.MovedChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rebind that is killed behind its change and before the audit trail has it: neither is there, and the next run does both. */
class RebindKilledTest {

    @TempDir
    Path folder;

    @Test
    void rebind_killedBeforeItTold_hasChangedNothing_andIsFinishedByTheNextRun() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String list = list(clinic).toString();
        String before = "SELECT count(*) FROM chart c JOIN was w USING (id, body)";
        clinic.execute("CREATE TABLE was AS SELECT * FROM chart");

        try (Connection holder = clinic.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT 1 FROM tegula_audit_head FOR UPDATE");
            CommandProcess run = CommandProcess.start(clinic, "rebind", "public.chart", "--moved", list, "--yes");
            assertThat(run.until(() -> waits(clinic)).kill()).isTrue();
            holder.rollback();
        }
        assertThat(clinic.number(before)).as("as they were").isEqualTo(3);

        expect(0, clinic.run("rebind", "public.chart", "--moved", list, "--yes"));
        assertThat(clinic.number(before)).isZero();
        assertThat(clinic.number("SELECT count(*) FROM tegula_audit WHERE action = 'tegula.row.rebind'"))
                .isEqualTo(1);
        expect(0, clinic.run("verify", "chart.body"));
        expect(0, clinic.run("audit", "verify"));
    }

    private static Path list(ClinicDatabase clinic) throws IOException {
        Path list = MovedChart.in(clinic);
        MovedChart.put(clinic, 102, 2);
        MovedChart.put(clinic, 103, 3);
        return Files.writeString(
                list,
                IntStream.rangeClosed(1, 3)
                        .mapToObj(id -> id + "," + (100 + id) + "\n")
                        .collect(Collectors.joining()));
    }

    /** It has changed its rows, and waits for the head of the chain. */
    private static boolean waits(ClinicDatabase clinic) {
        return clinic.number(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name ="
                                + " 'tegula-reencrypt' AND datname = current_database()")
                > 0;
    }
}
