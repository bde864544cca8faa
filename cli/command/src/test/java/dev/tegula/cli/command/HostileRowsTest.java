package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.output.Terminal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows without a seal that somebody else wrote: what they name is shown, and nothing of it becomes a command or a word of comfort. */
@Tag("long")
class HostileRowsTest {

    private static final String JOB = "00000000-0000-4000-8000-000000000001";
    private static final String TRAP = "x;touch${IFS}PWNED;true";

    @TempDir
    Path folder;

    private static String proposed(String out, String command) {
        return out.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(command))
                .map(line -> line.split("   ", -1)[0])
                .findFirst()
                .orElseThrow(() -> new AssertionError(out));
    }

    /** What a shell makes of a command, which here stands for the program. */
    private String words(String command) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "tegula() { printf '%s|' \"$@\"; }\n" + command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        shell.waitFor();
        assertThat(Files.exists(folder.resolve("PWNED"))).as(command).isFalse();
        return out;
    }

    private static void note(ClinicDatabase clinic, String schema, String table, String row) {
        clinic.execute(
                "INSERT INTO tegula_quarantine (schema_name, table_name, column_name, row_key, key_id, reason, sha256,"
                        + " job) VALUES ('" + schema + "', '" + table + "', 'ssn', '" + row.replace("'", "''")
                        + "', sha256('a'), 'cannot-open', sha256('b'), '" + JOB + "')");
    }

    @Test
    void quarantine_thatNamesAShellCommand_proposesWordsAlone() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        note(clinic, "public", TRAP, "id='$(touch PWNED)'");
        String command = proposed(expect(0, clinic.run("quarantine", "list")).out(), "tegula quarantine show");
        assertThat(words(command)).isEqualTo("quarantine|show|public." + TRAP + ".ssn|id='$(touch PWNED)'|");
    }

    @Test
    void quarantine_thatNamesAnOption_proposesAnArgument() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        note(clinic, "--config=x", "t", "-1");
        String command = proposed(expect(0, clinic.run("quarantine", "list")).out(), "tegula quarantine show");
        assertThat(words(command)).isEqualTo("quarantine|show|--|--config=x.t.ssn|-1|");
        Transcript shown = Transcript.with(
                Map.of(),
                Terminal.none(),
                "",
                "quarantine",
                "show",
                "--config=" + clinic.file(),
                "--",
                "--config=x.t.ssn",
                "-1");
        assertThat(expect(0, shown).out()).contains("Its column is not there any more");
    }

    private static void job(ClinicDatabase clinic, String... fields) {
        clinic.execute("INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES ('" + JOB
                + "', 'public', 'patient', '{id}', 'OPEN', 1)");
        for (String field : fields) {
            clinic.execute("INSERT INTO tegula_job_key (job, column_name, field, tenant, source, target) SELECT '" + JOB
                    + "', 'ssn', '" + field + "', tenant, sha256('" + field + "'), key_id FROM tegula_key WHERE field ="
                    + " 'patient.ssn'");
        }
        clinic.execute("INSERT INTO tegula_range (job, idx) VALUES ('" + JOB + "', 0)");
    }

    @Test
    void job_thatNamesAShellCommand_proposesOnlyFields() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        job(clinic, TRAP, "patient.ssn");
        String out = expect(0, clinic.run("jobs", "show", JOB)).out();
        assertThat(words(proposed(out, "tegula rotate"))).isEqualTo("rotate|patient.ssn|");
    }

    @Test
    void job_thatNamesNoField_proposesToEndIt() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        job(clinic, TRAP);
        String out = expect(0, clinic.run("jobs", "show", JOB)).out();
        assertThat(words(proposed(out, "tegula jobs"))).isEqualTo("jobs|cancel|" + JOB + "|");
        expect(0, clinic.run("jobs", "cancel", JOB, "--yes"));
    }

    @Test
    void trail_thatIsEmptied_isNotSaidToBeWhole() throws Exception {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        long keys = clinic.number("SELECT count(*) FROM tegula_key");
        clinic.execute("ALTER TABLE tegula_audit DISABLE TRIGGER USER");
        clinic.execute("DELETE FROM tegula_audit");
        clinic.execute("UPDATE tegula_audit_head SET seq = 0, mac = decode(repeat('00', 32), 'hex'), seal = NULL");
        String said = "The chain of commands holds nothing although " + keys + " keys are there";
        assertThat(expect(6, clinic.run("audit", "verify")).out())
                .contains(said)
                .contains("Without an anchor for chain 0 to 16")
                .doesNotContain("nothing was");
        Path file = folder.resolve("report.html");
        JsonNode report =
                clinic.run("report", "--json", "--out", file.toString()).json();
        assertThat(Files.readString(file)).contains(said).doesNotContain("nothing was edited", "all verified");
        assertThat(report.at("/audit/verified").asBoolean(true)).isFalse();
        assertThat(report.at("/audit/withoutAnchor/0").asInt(-1)).isZero();
        assertThat(report.path("attention").findValuesAsText("message")).anyMatch(text -> text.contains(said));
        assertThat(report.path("unknown").toString()).contains("were cut off");
        assertThat(clinic.run("report").out()).contains("Audit trail: 0 entries.");
    }

    @Test
    void value_ofADomainOverADomain_isFoundAndStaysNoted() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("CREATE DOMAIN cipher AS bytea");
        clinic.execute("CREATE DOMAIN sealed AS cipher");
        clinic.execute("ALTER TABLE patient ALTER COLUMN ssn TYPE sealed");
        clinic.execute("UPDATE patient SET ssn = set_byte(ssn, length(ssn) - 1, 255 - get_byte(ssn, length(ssn) - 1))"
                + " WHERE id = 2");
        expect(3, clinic.run("rotate", "patient.ssn", "--yes"));
        for (String again : List.of("first", "second")) {
            assertThat(expect(0, clinic.run("quarantine", "show", "public.patient.ssn", "id=2"))
                            .out())
                    .as(again)
                    .contains("The value is there as it was noted");
            expect(3, clinic.run("rotate", "patient.ssn", "--yes"));
        }
    }
}
