package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tegula.audit.reads}, and what leaves the database in any case: told before, or nothing is given out. */
@Tag("long")
class ReadsToldTest {

    private static final String READS =
            "SELECT count(*) FROM tegula_audit WHERE action = 'tegula.secret.read' AND chain = 0";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void clinic() {
        clinic = ClinicDatabase.withPatients(folder, 1).withSecrets("app/prod");
    }

    private void reads(String value) throws IOException {
        Files.writeString(clinic.file(), "  audit: { reads: " + value + " }\n", StandardOpenOption.APPEND);
    }

    private long told() {
        return clinic.number(READS);
    }

    @Test
    void reads_areToldByNameAndVersionWhereTheConfigurationSaysSo() throws IOException {
        expect(0, clinic.run("secrets", "get", "app/prod/key"));
        assertThat(told()).isZero();

        reads("true");
        Transcript get = expect(0, clinic.run("secrets", "get", "app/prod/key", "--version", "1"));
        assertThat(get.out()).isEqualTo("canary-1");
        assertThat(get.err()).contains("audit 0:");
        assertThat(clinic.number(READS + " AND subject = 'app/prod/key' AND detail = 'version 1'"))
                .isEqualTo(1);

        Files.writeString(folder.resolve("secrets.json"), "{\"key\": \"canary-2\"}");
        for (List<String> command : List.of(
                List.of("secrets", "diff", "app/prod", "app/prod"),
                List.of("secrets", "copy", "app/prod/key", "app/prod/copy", "--dry-run"),
                List.of(
                        "secrets",
                        "import",
                        "app/prod",
                        "--from",
                        "json",
                        "--file",
                        folder.resolve("secrets.json").toString(),
                        "--dry-run"),
                List.of("verify", "tegula.secret"))) {
            long before = told();
            expect(0, clinic.run(command.toArray(String[]::new)));
            assertThat(told()).as(command.toString()).isGreaterThan(before);
        }
        long before = told();
        expect(0, clinic.run("secrets", "check", "app/prod"));
        expect(0, clinic.run("secrets", "history", "app/prod/key"));
        expect(0, clinic.run("verify", "patient.ssn"));
        assertThat(told()).isEqualTo(before);
    }

    @Test
    void readThatCannotBeTold_givesNothingOut() throws IOException {
        reads("true");
        clinic.execute("ALTER DATABASE " + clinic.name() + " SET default_transaction_read_only = on");
        Transcript get = expect(7, clinic.run("secrets", "get", "app/prod/key"));
        assertThat(get.out()).isEmpty();
        assertThat(get.err())
                .contains("With tegula.audit.reads each read of a secret is told in the audit trail first")
                .contains("nothing was given out")
                .contains("The database is read-only for this login");
    }

    @Test
    void exportThatCannotBeTold_givesNothingOut() {
        Path out = folder.resolve("plain.json");
        clinic.execute("CREATE ROLE reader_" + clinic.name()
                + " LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_" + clinic.name());
        clinic.edit("username: \"postgres\"", "username: \"reader_" + clinic.name() + "\"");
        expect(0, clinic.run("secrets", "get", "app/prod/key"));
        Transcript export =
                expect(5, clinic.run("secrets", "export", "app/prod", "--to", "json", "--out", out.toString()));
        assertThat(export.err())
                .contains("What leaves is told in the audit trail first")
                .contains("permission denied for table tegula_audit");
        Path file = folder.resolve("app.snapshot");
        expect(
                5,
                clinic.run(
                        "secrets",
                        "snapshot",
                        "app/prod",
                        "--kek",
                        "main",
                        "--max-age",
                        "1h",
                        "--out",
                        file.toString()));
        assertThat(out).doesNotExist();
        assertThat(file).doesNotExist();
    }

    @Test
    void setting_thatIsNone_isRefused() throws IOException {
        reads("sometimes");
        assertThat(expect(7, clinic.run("secrets", "get", "app/prod/key")).err())
                .contains("tegula.audit.reads: expected true or false, not `sometimes`");
    }
}
