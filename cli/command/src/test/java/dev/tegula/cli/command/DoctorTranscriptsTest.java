package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor}: every check fails alone, and ends with what mends it. */
@Recorded
@Tag("long")
class DoctorTranscriptsTest {

    @TempDir
    Path folder;

    @Test
    void doctor_afterInit_passes() {
        Transcript run = expect(0, ClinicDatabase.initialised(folder).run("doctor"));
        assertThat(run.out())
                .contains("PostgreSQL 18")
                .contains("binds context")
                .contains("13 of 13 checks passed.");
    }

    @Test
    void doctor_withoutTables_saysHowToMakeThemAndSkipsWhatNeedsThem() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.execute("DROP TABLE tegula_schema");
        Transcript run = expect(7, clinic.run("doctor"));
        assertThat(run.out()).contains("FAILED").contains("tegula schema apply").contains("skipped  registry");
    }

    @Test
    void doctor_checkOfABuildBeforeBranchKeys_isNamedAndMadeAnew() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        expect(0, clinic.run("keys", "backup"));
        clinic.edit("    main:\n      kms: \"local\"\n", "    main:\n      kms: \"local\"\n      branch: kek\n");
        clinic.execute("ALTER TABLE tegula_key DROP CONSTRAINT tegula_key_purpose,"
                + " ADD CONSTRAINT tegula_key_purpose CHECK (purpose IN ('DATA', 'INDEX', 'REGISTRY'))");
        assertThat(expect(7, clinic.run("doctor")).out())
                .contains("An earlier build made tegula_key_purpose")
                .contains("`tegula schema apply`")
                .doesNotContain("skipped");
        assertThat(expect(7, clinic.run("keys", "rewrap", "--all")).all()).contains("tegula_key_purpose");

        assertThat(expect(0, clinic.run("schema", "apply", "--yes")).out()).contains("of version 1");

        assertThat(expect(0, clinic.run("schema", "apply", "--yes")).out()).contains("Nothing to do");
        expect(0, clinic.run("keys", "rewrap", "--all"));
        expect(0, clinic.run("doctor"));
    }

    @Test
    void doctor_serverDown_isUnavailable() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Files.writeString(clinic.file(), Files.readString(clinic.file()).replaceFirst("localhost:\\d+", "localhost:1"));
        Transcript run = expect(4, clinic.run("doctor"));
        assertThat(run.out()).contains("FAILED").contains("needs the database");
    }

    @Test
    void doctor_loginThatDoesNotOwnTheTable_failsAsARotationWould() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.execute(
                "DO $$ BEGIN CREATE ROLE tegula_reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        clinic.execute("GRANT SELECT, UPDATE, INSERT, DELETE ON ALL TABLES IN SCHEMA public TO tegula_reader");
        Files.writeString(
                clinic.file(),
                Files.readString(clinic.file()).replace("username: \"postgres\"", "username: \"tegula_reader\""));
        assertThat(expect(5, clinic.run("doctor")).out()).contains("does not own public.patient");
    }

    @Test
    void doctor_columnOfAnotherType_isNamed() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.execute("ALTER TABLE patient ALTER ssn TYPE text USING 'x'");
        assertThat(expect(7, clinic.run("doctor")).out())
                .contains("public.patient.ssn")
                .contains("bytea was expected");
    }

    @Test
    void doctor_tableDropped_isNamedAndMadeAgain() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.execute("DROP TABLE tegula_quarantine");
        assertThat(expect(7, clinic.run("doctor")).out())
                .containsPattern("FAILED +tables")
                .contains("Missing, or not in the search path of this login: tegula_quarantine")
                .contains("`tegula schema apply`");
        expect(0, clinic.run("schema", "apply", "--yes"));
        expect(0, clinic.run("doctor"));
    }

    @Test
    void doctor_grantMissing_isNamedAsTheStatementThatGivesIt() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String operator = role(clinic, "operator");
        clinic.edit("username: \"postgres\"", "username: \"" + operator + "\"");
        grant(clinic, role(clinic, "app"), operator);
        clinic.execute("REVOKE UPDATE ON tegula_job FROM " + operator);
        String statement = "GRANT UPDATE ON tegula_job TO \"" + operator + "\"";
        assertThat(expect(7, clinic.run("doctor")).out()).contains("`" + statement + "`");
        clinic.execute(statement);
        assertThat(expect(0, clinic.run("doctor")).out()).contains("may do what the command line does");
    }

    @Test
    void doctor_applicationThatMayWriteKeys_isRevokedByTheStatement() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String app = role(clinic, "app");
        grant(clinic, app, role(clinic, "operator"));
        assertThat(expect(0, clinic.run("doctor")).out()).contains("rights of applications  not checked");
        clinic.edit("      registry-pin:", "      application-role: \"" + app + "\"\n      registry-pin:");
        assertThat(expect(0, clinic.run("doctor")).out()).contains("has the rights of an application and no more");

        clinic.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + app);
        Transcript run = expect(7, clinic.run("doctor"));
        assertThat(run.out()).contains("rights of " + app).contains("which no application needs");
        String revoke = run.out().replaceFirst("(?s).*Run: `(REVOKE [^`]+)`.*", "$1");
        clinic.execute(revoke);
        expect(0, clinic.run("doctor"));
        clinic.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM " + app);
        assertThat(expect(7, clinic.run("doctor")).out())
                .contains("`GRANT SELECT ON tegula_schema, tegula_key, tegula_secret, tegula_secret_version TO");
    }

    @Test
    void doctor_applicationThatWritesSecrets_isTold_andHalfOfItsRightsIsRefused() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String app = role(clinic, "app");
        grant(clinic, app, role(clinic, "operator"));
        expect(0, clinic.run("schema", "grants", "--app", app, "--operator", "x", "--write-secrets"))
                .out()
                .lines()
                .filter(line -> line.contains("UPDATE ON tegula_secret") && line.contains(app))
                .forEach(clinic::execute);
        assertThat(expect(0, clinic.run("doctor")).out()).contains("; " + app + " may write secrets");
        clinic.edit("      registry-pin:", "      application-role: \"" + app + "\"\n      registry-pin:");
        assertThat(expect(0, clinic.run("doctor")).out())
                .contains("has the rights of an application that writes secrets and no more");
        clinic.execute("REVOKE INSERT ON tegula_secret_version FROM " + app);
        Transcript run = expect(7, clinic.run("doctor"));
        assertThat(run.out()).contains("may write secrets only in part");
        clinic.execute(run.out().replaceFirst("(?s).*Run: `(GRANT [^`]+)`.*", "$1"));
        expect(0, clinic.run("doctor"));
        clinic.execute("GRANT DELETE ON tegula_secret_version TO " + app);
        assertThat(expect(7, clinic.run("doctor")).out()).contains("DELETE ON tegula_secret_version");
    }

    @Test
    void doctor_applicationThatOwnsTheTables_isTold() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        String app = role(clinic, "app");
        clinic.edit("      registry-pin:", "      application-role: [\"" + app + "\"]\n      registry-pin:");
        clinic.execute(
                "DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'tegula%'"
                        + " LOOP EXECUTE 'ALTER TABLE ' || t || ' OWNER TO " + app + "'; END LOOP; END $$");
        assertThat(expect(7, clinic.run("doctor")).out()).contains("It owns the tables");
    }

    @Test
    void doctor_applicationRoleThatIsNotThere_isNamed() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.edit("      registry-pin:", "      application-role: \"nobody_here\"\n      registry-pin:");
        assertThat(expect(7, clinic.run("doctor")).out()).contains("There is no role nobody_here");
    }

    @Test
    void doctor_loginRefused_isDeniedWithACure() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.edit("username: \"postgres\"", "username: \"nobody_here\"");
        Transcript run = clinic.run("doctor", "--json");
        JsonNode finding = finding(run, "database");
        assertThat(finding.get("state").asText()).isEqualTo("failed");
        assertThat(finding.get("cure").asText()).contains("tegula.databases.");
        assertThat(run.exit()).isEqualTo(5);
    }

    @Test
    void doctor_catalogueOfAColumnThatIsGone_isNamed() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.execute("ALTER TABLE patient RENAME COLUMN ssn TO ssn2");
        assertThat(expect(7, clinic.run("doctor")).out())
                .containsPattern("FAILED +public.patient.ssn")
                .contains("has no column \"ssn\"");
        clinic.execute("DROP TABLE patient");
        assertThat(expect(7, clinic.run("doctor")).out()).contains("There is no table \"public\".\"patient\"");
    }

    @Test
    void doctor_fieldWithoutAnActiveKey_namesTheCommandThatMakesOne() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.execute("DELETE FROM tegula_field");
        clinic.publish("patient.tel");
        assertThat(expect(7, clinic.run("doctor")).out()).contains("`tegula keys create patient.tel --activate`");
    }

    @Test
    void doctor_wrappedKeyOfAnotherKeyset_isAKeyThatDoesNotOpen() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        ClinicDatabase other = ClinicDatabase.empty(Files.createDirectory(folder.resolve("other")));
        expect(0, other.init());
        Files.copy(
                other.folder().resolve("tegula.keyset"),
                folder.resolve("tegula.keyset"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                other.folder().resolve("tegula.passphrase"),
                folder.resolve("tegula.passphrase"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Transcript run = expect(5, clinic.run("doctor"));
        assertThat(run.out())
                .containsPattern("ok +KEK main")
                .containsPattern("FAILED +seals")
                .contains("has no version");
    }

    private static JsonNode finding(Transcript run, String check) {
        for (JsonNode finding : run.json().get("checks")) {
            if (finding.get("check").asText().startsWith(check)) {
                return finding;
            }
        }
        throw new AssertionError("no check `" + check + "` in " + run.out());
    }

    /** A role of this test alone: roles belong to the server, not to a database. */
    private static String role(ClinicDatabase clinic, String what) {
        String name = clinic.url().replaceFirst(".*/", "") + "_" + what;
        clinic.execute("CREATE ROLE " + name + " LOGIN");
        return name;
    }

    private static void grant(ClinicDatabase clinic, String app, String operator) {
        expect(0, Transcript.of("schema", "grants", "--app", app, "--operator", operator))
                .out()
                .lines()
                .forEach(clinic::execute);
        clinic.execute("ALTER TABLE patient OWNER TO " + operator);
    }

    @Test
    void doctor_plaintextInAColumn_failsAndNamesTheRow() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.execute("UPDATE patient SET ssn = 'canary in clear'::bytea WHERE id = 2");
        Transcript run = expect(8, clinic.run("doctor"));
        assertThat(run.out())
                .containsPattern("FAILED +public.patient.ssn +.*id=2")
                .contains("looks like plaintext that was never encrypted")
                .doesNotContain("canary");
    }

    @Test
    void doctor_columnWithoutACheck_isNotedUntilThePrintedOneIsThere() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        assertThat(expect(0, clinic.run("doctor")).out())
                .containsPattern("note +checks +1 column without a CHECK")
                .contains("`tegula schema checks patient.ssn`");
        clinic.execute(expect(0, clinic.run("schema", "checks", "patient.ssn")).out());
        assertThat(expect(0, clinic.run("doctor")).out()).containsPattern("ok +checks");
    }

    @Test
    void doctor_rowLevelSecurity_failsAsARotationWould() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String operator = role(clinic, "operator");
        clinic.edit("username: \"postgres\"", "username: \"" + operator + "\"");
        grant(clinic, role(clinic, "app"), operator);
        clinic.execute("ALTER TABLE patient ENABLE ROW LEVEL SECURITY; ALTER TABLE patient FORCE ROW LEVEL SECURITY");
        assertThat(expect(5, clinic.run("doctor")).out()).contains("row-level security");
        clinic.execute("ALTER ROLE " + operator + " BYPASSRLS");
        expect(0, clinic.run("doctor"));
    }

    @Test
    void doctor_foreignTable_failsAsARotationWould() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.execute(
                "ALTER TABLE patient RENAME TO patient_here; CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN"
                        + " DATA WRAPPER file_fdw; CREATE FOREIGN TABLE patient (id int4, ssn bytea) SERVER files OPTIONS"
                        + " (filename '/dev/null', format 'csv')");
        Transcript rotate = clinic.run("rotate", "patient.ssn", "--yes");
        assertThat(rotate.exit()).isNotZero();
        assertThat(clinic.run("doctor").exit()).isEqualTo(rotate.exit());
    }

    @Test
    void doctor_preparedTransaction_failsAndNamesWhatEndsIt() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        String gid = clinic.url().replaceFirst(".*/", "") + "'s";
        clinic.execute("BEGIN; UPDATE patient SET id = id; PREPARE TRANSACTION '" + gid.replace("'", "''") + "'");
        Transcript run = expect(7, clinic.run("doctor"));
        String statement = run.out().replaceFirst("(?s).*`(ROLLBACK PREPARED [^`]+)`.*", "$1");
        clinic.execute(statement);
        expect(0, clinic.run("doctor"));
    }
}
