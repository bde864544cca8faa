package dev.tegula.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import java.io.FilterWriter;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody holds a table that a run writes to: after some seconds it says who, and goes on when it is free. */
@Tag("long")
class HeldTablesTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "tegula_range, ACCESS EXCLUSIVE, rotate",
        "tegula_quarantine, ACCESS EXCLUSIVE, rotate",
        "tegula_job_key, ACCESS EXCLUSIVE, rotate",
        "tegula_job, SHARE, reencrypt",
        "patient, SHARE, reencrypt"
    })
    void run_whileSomebodyHoldsATable_namesTheHolderAndGoesOnWhenItIsFree(String table, String mode, String command)
            throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        ClinicDatabase.expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        CountDownLatch named = new CountDownLatch(1);
        StringWriter err = new StringWriter();
        Console console = new Console(
                Reader.nullReader(),
                new PrintWriter(Writer.nullWriter()),
                new PrintWriter(new Watched(err, named)),
                Terminal.none());
        CompletableFuture<Integer> run;
        String holder;
        try (Connection connection = clinic.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET application_name = 'night-report'");
            statement.execute("LOCK TABLE " + table + " IN " + mode + " MODE");
            try (ResultSet pid = statement.executeQuery("SELECT pg_backend_pid()")) {
                pid.next();
                holder = table + " is held by pid " + pid.getInt(1)
                        + " (user postgres, night-report, idle in transaction), open for ";
            }
            run = CompletableFuture.supplyAsync(
                    () -> Main.run(console, Map.of(), command, "patient.ssn", "--yes", "--config=" + clinic.file()));
            assertThat(named.await(5, TimeUnit.MINUTES))
                    .as("the holder is named: " + err)
                    .isTrue();
            assertThat(run).isNotDone();
            connection.rollback();
        }
        assertThat(run.get(5, TimeUnit.MINUTES)).as(err.toString()).isZero();
        assertThat(err.toString())
                .contains("warning: " + holder)
                .contains("`SELECT pg_terminate_backend(")
                .doesNotContain("LOCK TABLE");
        assertThat(clinic.read()).containsExactly("canary-1", "canary-2", "canary-3");
    }

    /** Says when the warning comes. */
    private static final class Watched extends FilterWriter {
        private final CountDownLatch named;

        Watched(StringWriter all, CountDownLatch named) {
            super(all);
            this.named = named;
        }

        @Override
        public void flush() {
            if (out.toString().contains("is held by")) {
                named.countDown();
            }
        }
    }
}
