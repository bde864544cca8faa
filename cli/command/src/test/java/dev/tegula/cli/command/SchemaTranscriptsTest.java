package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code schema apply} compares first. */
@Recorded
class SchemaTranscriptsTest {

    @TempDir
    Path folder;

    @Test
    void apply_nothingMissing_isNothingToDoAlsoForWhoMayMakeNoTables() {
        ClinicDatabase clinic = operator(ClinicDatabase.initialised(folder));
        assertThat(expect(0, clinic.run("schema", "apply")).out()).contains("Nothing to do: nothing is missing.");
        assertThat(expect(0, clinic.run("schema", "apply", "--dry-run")).out()).contains("Nothing to do");
        expect(0, clinic.run("init"));
    }

    @Test
    void apply_somethingMissing_dryRunPrintsThatAndNoMore() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.execute("DROP TABLE tegula_quarantine; DROP INDEX tegula_job_open");
        Transcript dry = expect(0, clinic.run("schema", "apply", "--dry-run"));
        assertThat(dry.out())
                .contains("CREATE TABLE IF NOT EXISTS tegula_quarantine (")
                .contains("CREATE INDEX IF NOT EXISTS tegula_job_open")
                .doesNotContain("tegula_key")
                .doesNotContain("INSERT");
        clinic.execute(dry.out().replace("Dry run: nothing was changed.", ""));
        assertThat(expect(0, clinic.run("schema", "apply")).out()).contains("Nothing to do");
        expect(0, clinic.run("doctor"));
    }

    @Test
    void apply_somethingMissingAndNoRightToMakeIt_namesItAndWhoMay() {
        ClinicDatabase clinic = operator(ClinicDatabase.initialised(folder));
        clinic.execute("DROP TABLE tegula_quarantine");
        clinic.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        assertThat(expect(5, clinic.run("schema", "apply", "--yes")).err())
                .contains("may not make what is missing: tegula_quarantine.")
                .contains("as the owner");
    }

    @Test
    void apply_tablesOfANewerRelease_saysSoAndChangesNothing() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.execute("INSERT INTO tegula_schema (version) VALUES (2); DROP TABLE tegula_quarantine");
        for (String[] command : new String[][] {{"schema", "apply", "--yes"}, {"doctor"}, {"init"}}) {
            assertThat(expect(7, clinic.run(command)).all())
                    .contains("newer release")
                    .contains("version 2");
        }
        clinic.execute("DELETE FROM tegula_schema WHERE version = 2; ALTER TABLE tegula_job ADD priority int8");
        assertThat(expect(7, clinic.run("schema", "apply", "--yes")).err())
                .contains("newer release")
                .contains("does not know tegula_job.priority");
        assertThat(clinic.number("SELECT count(*) FROM pg_class WHERE relname = 'tegula_quarantine'"))
                .isZero();
    }

    @Test
    void apply_tablesOfAnOlderRelease_namesWhatTheyLack() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.execute("ALTER TABLE tegula_range DROP COLUMN pass_left CASCADE");
        for (String[] command : new String[][] {{"schema", "apply", "--yes"}, {"doctor"}}) {
            assertThat(expect(7, clinic.run(command)).all())
                    .contains("older release")
                    .contains("lack tegula_range.pass_left");
        }
    }

    /** What a database has that an earlier build made: it is brought up to date, and loses nothing. */
    @Test
    void apply_tablesOfAnEarlierBuild_getTheColumnAndTheTableThatTheyLack() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute(
                "ALTER TABLE tegula_instance DROP COLUMN roots; DROP TABLE tegula_refused;"
                        + " INSERT INTO tegula_instance (id, name, epoch, seen_at) VALUES (gen_random_uuid(), 'old', 1, now())");
        assertThat(expect(7, clinic.run("doctor")).all())
                .contains("Missing", "tegula_refused, tegula_instance.roots", "tegula schema apply");
        assertThat(expect(0, clinic.run("schema", "apply", "--dry-run")).all())
                .contains("CREATE TABLE IF NOT EXISTS tegula_refused", "ALTER TABLE tegula_instance ADD COLUMN");

        expect(0, clinic.run("schema", "apply", "--yes"));

        assertThat(expect(0, clinic.run("schema", "apply", "--yes")).all()).doesNotContain("roots");
        expect(0, clinic.run("doctor"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_instance WHERE name = 'old' AND roots IS NULL"))
                .isEqualTo(1);
        assertThat(clinic.number("SELECT count(*) FROM pg_constraint WHERE conname = 'tegula_instance_roots'"))
                .isEqualTo(1);
        assertThat(clinic.read()).hasSize(3);
    }

    @Test
    void apply_versionMissing_isWritten() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.execute("DELETE FROM tegula_schema");
        expect(7, clinic.run("doctor"));
        expect(0, clinic.run("schema", "apply", "--yes"));
        expect(0, clinic.run("doctor"));
    }

    /** The same configuration for a role with the operator's grants and nothing else. */
    private static ClinicDatabase operator(ClinicDatabase clinic) {
        String name = clinic.url().replaceFirst(".*/", "") + "_operator";
        clinic.execute("CREATE ROLE " + name + " LOGIN; CREATE ROLE " + name + "_app");
        expect(0, Transcript.of("schema", "grants", "--app", name + "_app", "--operator", name))
                .out()
                .lines()
                .forEach(clinic::execute);
        clinic.edit("username: \"postgres\"", "username: \"" + name + "\"");
        return clinic;
    }
}
