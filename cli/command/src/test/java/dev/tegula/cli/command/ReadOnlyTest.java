package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.MovedChart;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that takes no changes is named before the first one, by every command that makes any. */
@Tag("long")
class ReadOnlyTest {

    /** What every changing command is given here; one that is new fails the test until it stands here. */
    private static final Map<String, List<String>> ARGUMENTS = Map.ofEntries(
            Map.entry("tegula init", List.of()),
            Map.entry("tegula rotate", List.of("patient.ssn", "--yes")),
            Map.entry("tegula reencrypt", List.of("patient.ssn", "--yes")),
            Map.entry("tegula keys create", List.of("patient.tel", "--activate")),
            Map.entry("tegula keys activate", List.of("patient.ssn", "--version", "2")),
            Map.entry("tegula keys retire", List.of("patient.ssn", "--version", "2")),
            Map.entry("tegula keys reopen", List.of("patient.ssn", "--version", "2")),
            Map.entry("tegula keys destroy", List.of("patient.ssn", "--version", "2", "--yes")),
            Map.entry("tegula keys backup", List.of()),
            Map.entry("tegula keys import", List.of("backup.json", "--yes")),
            Map.entry("tegula keys drop-unsealed", List.of("--yes")),
            Map.entry("tegula keys rotate-registry", List.of("--yes")),
            Map.entry("tegula keys rewrap", List.of("--all")),
            Map.entry("tegula fields add", List.of("patient.ssn", "public.patient.name", "--type", "STRING", "--yes")),
            Map.entry("tegula fields import", List.of("fields.json", "--yes")),
            Map.entry("tegula fields remove", List.of("--unsealed", "--yes")),
            Map.entry("tegula adopt", List.of("patient.ssn", "--from", "ssn_clear", "--yes")),
            Map.entry("tegula release", List.of("patient.ssn", "--to", "ssn_clear", "--yes")),
            Map.entry("tegula rebind", List.of("public.chart", "--moved", "moved.csv", "--yes")),
            Map.entry("tegula index backfill", List.of("patient.ssn", "--yes")),
            Map.entry("tegula index rotate", List.of("patient.ssn", "--yes")),
            Map.entry("tegula jobs pause", List.of("00000000-0000-0000-0000-000000000000")),
            Map.entry("tegula jobs resume", List.of("00000000-0000-0000-0000-000000000000")),
            Map.entry("tegula jobs run", List.of("00000000-0000-0000-0000-000000000000", "--index", "0", "--yes")),
            Map.entry("tegula jobs finish", List.of("00000000-0000-0000-0000-000000000000")),
            Map.entry("tegula jobs cancel", List.of("00000000-0000-0000-0000-000000000000", "--yes")),
            Map.entry("tegula quarantine retry", List.of("--yes")),
            Map.entry("tegula secrets put", List.of("app/prod/key")),
            Map.entry("tegula secrets copy", List.of("app/prod/key", "app/prod/copy")),
            Map.entry(
                    "tegula secrets import", List.of("app/prod", "--from", "json", "--file", "secrets.json", "--yes")),
            Map.entry("tegula secrets rollback", List.of("app/prod/key", "--to", "1")),
            Map.entry("tegula secrets delete", List.of("app/prod/key", "--yes")),
            Map.entry("tegula secrets undelete", List.of("app/prod/key")),
            Map.entry("tegula secrets destroy", List.of("app/prod/key", "--version", "1", "--yes")),
            Map.entry("tegula shred", List.of("--tenant", "acme", "--yes")),
            Map.entry("tegula schema apply", List.of("--yes")));

    @TempDir
    Path folder;

    @Test
    void everyChangingCommand_onAReadOnlyDatabase_changesNothingAndNamesTheReason() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        clinic.rotatingIndex();
        MovedChart.in(clinic);
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        expect(
                0,
                clinic.run(
                        "keys", "backup", "--to", folder.resolve("backup.json").toString()));
        Files.writeString(
                folder.resolve("fields.json"),
                expect(0, clinic.run("fields", "list", "--json")).out());
        Files.writeString(folder.resolve("secrets.json"), "{\"key\": \"canary\"}");
        clinic.execute("DROP INDEX tegula_job_open; ALTER TABLE patient ADD ssn_clear text");
        String statement = readOnly(clinic);
        String before = state(clinic);
        for (String command : Manual.changing(ChangeOptions.class)) {
            Transcript run = expect(7, run(clinic, command));
            assertThat(run.err())
                    .as(command)
                    .contains("default_transaction_read_only is on, set for the database")
                    .contains("`" + statement + "`")
                    .contains("Nothing was changed.");
        }
        assertThat(state(clinic)).isEqualTo(before);
    }

    @Test
    void init_onAReadOnlyDatabase_makesNoTables() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        readOnly(clinic);
        assertThat(expect(7, clinic.init()).err()).contains("default_transaction_read_only is on");
        assertThat(clinic.number("SELECT count(*) FROM pg_class WHERE relname LIKE 'tegula%'"))
                .isZero();
    }

    @Test
    void doctor_onAReadOnlyDatabase_failsWithTheStatementThatEndsIt() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String statement = readOnly(clinic);
        assertThat(expect(7, clinic.run("doctor")).out())
                .containsPattern("FAILED +changes")
                .contains("`" + statement + "`");
        clinic.execute(statement);
        expect(0, clinic.run("doctor"));
    }

    @Test
    void doctor_loginThatIsReadOnlyThere_namesTheRole() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String database = clinic.url().replaceFirst(".*/", "");
        clinic.execute("ALTER ROLE postgres IN DATABASE " + database + " SET default_transaction_read_only = on");
        String statement = "BEGIN READ WRITE; ALTER ROLE \"postgres\" IN DATABASE \"" + database
                + "\" RESET default_transaction_read_only; COMMIT";
        assertThat(expect(7, clinic.run("doctor")).out()).contains("`" + statement + "`");
        clinic.execute(statement);
        expect(0, clinic.run("doctor"));
    }

    private static String readOnly(ClinicDatabase clinic) {
        String database = clinic.url().replaceFirst(".*/", "");
        clinic.execute("ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        return "BEGIN READ WRITE; ALTER DATABASE \"" + database + "\" RESET default_transaction_read_only; COMMIT";
    }

    private Transcript run(ClinicDatabase clinic, String command) {
        List<String> line = new ArrayList<>(List.of(command.split(" ")));
        line.remove(0);
        assertThat(ARGUMENTS).containsKey(command);
        ARGUMENTS
                .get(command)
                .forEach(word -> line.add(
                        word.matches(".*[.](json|csv)") ? folder.resolve(word).toString() : word));
        return clinic.run(line.toArray(String[]::new));
    }

    private static String state(ClinicDatabase clinic) {
        return clinic.number("SELECT count(*) FROM tegula_key") + " "
                + clinic.number("SELECT max(rev) FROM tegula_key") + " "
                + clinic.number("SELECT count(*) FROM tegula_field") + " "
                + clinic.number("SELECT count(*) FROM tegula_job");
    }
}
