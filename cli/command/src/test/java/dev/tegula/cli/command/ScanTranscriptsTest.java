package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scan says of a database, and as a gate in a pipeline. */
@Recorded
class ScanTranscriptsTest {

    private static final String CANARY = "canary@example.com";

    @TempDir
    Path folder;

    private ClinicDatabase clinicWithCopies() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 20);
        clinic.execute("CREATE TABLE report AS SELECT id, ssn AS payload FROM patient WHERE id <= 5");
        clinic.execute("CREATE TABLE visitor (id int, email text, answers jsonb)");
        clinic.execute("INSERT INTO visitor SELECT i, '" + CANARY
                + "', '{\"contact\": {\"iban\": \"DE89370400440532013000\"}}' FROM generate_series(1, 30) AS i");
        return clinic;
    }

    @Test
    void scan_ofADatabaseWithCopiesAndPlaintext_namesThemAndShowsNoValue() {
        ClinicDatabase clinic = clinicWithCopies();

        Transcript run = expect(3, clinic.run("scan"));

        assertThat(run.out())
                .contains("public.report.payload", "envelopes, in no catalogue", "public.visitor.answers -> iban");
        assertThat(run.all()).doesNotContain("canary", "DE89");
    }

    /** As docs/production.md shows it: the first run is accepted, only news fail the pipeline. */
    @Test
    void scan_withABaseline_failsOnNewsOnly() throws Exception {
        ClinicDatabase clinic = clinicWithCopies();
        Path file = folder.resolve("scan.json");
        Files.writeString(file, expect(3, clinic.run("scan", "--json")).out());
        assertThat(Files.readString(file)).doesNotContain("canary", "DE89");

        expect(0, clinic.run("scan", "--baseline", file.toString()));
        clinic.execute("ALTER TABLE visitor ADD COLUMN last_name text");
        Transcript run = expect(3, clinic.run("scan", "--baseline", file.toString(), "--exact"));
        assertThat(run.out()).contains("4 findings, 1 new");
        assertThat(expect(0, clinic.run("scan", "public.patient", "--baseline", file.toString()))
                        .out())
                .contains("1 table");
    }

    @Test
    void scan_withAFileThatIsNoBaseline_saysWhatItExpected() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Path file = folder.resolve("scan.json");
        Files.writeString(file, "{\"schema\":\"tegula/scan/1\",\"findings\":[{\"place\":\"a.b.c\",\"kind\":\"odd\"}]}");
        expect(7, clinic.run("scan", "--baseline", file.toString()));
        Files.writeString(file, "{\"schema\":\"tegula/fields/1\"}");
        expect(7, clinic.run("scan", "--baseline", file.toString()));
        expect(2, clinic.run("scan", "--rows", "0"));
    }

    /** Before anything of Tegula is there, which is when somebody wants to know what there is to encrypt. */
    @Test
    void scan_ofADatabaseWithoutTegula_tellsThePlaintext() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.execute("DROP SCHEMA public CASCADE");
        clinic.execute("CREATE SCHEMA public");
        clinic.execute("CREATE TABLE visitor (id int, email text)");

        Transcript run = expect(3, clinic.run("scan"));

        assertThat(run.err()).contains("no tables of Tegula");
        assertThat(run.out()).contains("e-mail address, by its name");
    }

    @Test
    void scan_ofACleanDatabase_ends0() {
        assertThat(expect(0, ClinicDatabase.withPatients(folder, 3).run("scan", "--exact"))
                        .out())
                .contains("0 findings");
    }
}
