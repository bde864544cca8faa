package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init}, {@code doctor}, {@code schema}, and what they say when something is missing. */
class SetupTranscriptsTest {

    @TempDir
    Path folder;

    @Test
    void init_emptyFolder_makesEverythingAndPrintsThePin() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        Transcript run = expect(0, clinic.init());
        assertThat(run.out().lines().filter(line -> line.startsWith("made"))).hasSize(4);
        String pin = run.out().replaceFirst("(?s).*The pin of \\w+: ([0-9a-f]{64}).*", "$1");
        assertThat(pin).hasSize(64);
        assertThat(Files.readString(clinic.file())).contains("registry-pin: \"" + pin + "\"");
        for (String secret : new String[] {"tegula.keyset", "tegula.passphrase", "tegula.yaml"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(secret))))
                    .isEqualTo("rw-------");
        }
        assertThat(run.all())
                .doesNotContain(
                        Files.readString(folder.resolve("tegula.passphrase")).strip());
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE purpose = 'REGISTRY'"))
                .isEqualTo(1);
    }

    @Test
    void init_again_changesNothing() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        byte[] file = Files.readAllBytes(clinic.file());
        byte[] keyset = Files.readAllBytes(folder.resolve("tegula.keyset"));
        Transcript again = expect(0, clinic.run("init"));
        assertThat(again.out().lines().filter(line -> line.startsWith("there"))).hasSize(4);
        assertThat(again.out()).doesNotContain("made ");
        assertThat(Files.readAllBytes(clinic.file())).isEqualTo(file);
        assertThat(Files.readAllBytes(folder.resolve("tegula.keyset"))).isEqualTo(keyset);
    }

    @Test
    void init_withUrlOverAnExistingFile_isRefusedAsUsage() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        assertThat(expect(2, clinic.init()).err()).contains("not overwritten");
    }

    @Test
    void init_registryOfAnotherConfiguration_isRefused() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Path second = Files.createDirectory(folder.resolve("second"));
        Transcript run = expect(8, clinic.in(second).init());
        assertThat(run.err()).startsWith("refused:");
        assertThat(second.resolve("tegula.yaml")).doesNotExist();
        assertThat(clinic.number("SELECT count(*) FROM tegula_key")).isEqualTo(1);
    }

    @Test
    void init_passphraseLost_isNotReplaced() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Files.delete(folder.resolve("tegula.passphrase"));
        assertThat(expect(7, clinic.run("init")).err()).contains("belong together");
        assertThat(folder.resolve("tegula.passphrase")).doesNotExist();
    }

    @Test
    void doctor_afterInit_passes() {
        Transcript run = expect(0, ClinicDatabase.initialised(folder).run("doctor"));
        assertThat(run.out()).contains("PostgreSQL 18").contains("binds context").contains("13 of 13 checks passed.");
    }

    @Test
    void doctor_withoutTables_saysHowToMakeThemAndSkipsWhatNeedsThem() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.execute("DROP TABLE tegula_schema");
        Transcript run = expect(7, clinic.run("doctor"));
        assertThat(run.out()).contains("FAILED").contains("tegula schema apply").contains("skipped  registry");
    }

    @Test
    void doctor_serverDown_isUnavailable() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Files.writeString(clinic.file(), Files.readString(clinic.file()).replaceFirst("localhost:\\d+", "localhost:1"));
        Transcript run = expect(4, clinic.run("doctor"));
        assertThat(run.out()).contains("FAILED").contains("needs the database");
    }

    @Test
    void doctor_loginThatDoesNotOwnTheTable_isNoted() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.execute(
                "DO $$ BEGIN CREATE ROLE tegula_reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        clinic.execute("GRANT SELECT, UPDATE, INSERT, DELETE ON ALL TABLES IN SCHEMA public TO tegula_reader");
        Files.writeString(
                clinic.file(),
                Files.readString(clinic.file()).replace("username: \"postgres\"", "username: \"tegula_reader\""));
        assertThat(expect(0, clinic.run("doctor")).out()).contains("does not own the table");
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
    void keysetOpenToOthers_isRefused() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Files.setPosixFilePermissions(folder.resolve("tegula.keyset"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(expect(7, clinic.run("keys", "list")).err()).contains("tegula.keyset");
    }

    @Test
    void wrongPassphrase_isDenied() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Files.writeString(folder.resolve("tegula.passphrase"), "another-passphrase-of-some-length\n");
        Transcript run = expect(5, clinic.run("keys", "list"));
        assertThat(run.all()).doesNotContain("another-passphrase");
    }

    @Test
    void pinOfAnotherRegistry_isRefused() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Files.writeString(
                clinic.file(),
                Files.readString(clinic.file())
                        .replaceFirst("registry-pin: \"\\w+\"", "registry-pin: \"" + "ab".repeat(32) + "\""));
        assertThat(expect(7, clinic.run("keys", "list")).err()).contains("pinned");
    }

    @Test
    void unknownSetting_exits7AndNamesTheNearest() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Files.writeString(
                clinic.file(), Files.readString(clinic.file()).replace("  profile:", "  profil: x\n  profile:"));
        Transcript run = expect(7, clinic.run("status"));
        assertThat(run.err()).contains("tegula.profil").contains("Did you mean `profile`?");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void schema_appliesPrintsAndGrants() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        assertThat(expect(0, Transcript.of("schema", "print")).out()).contains("CREATE TABLE IF NOT EXISTS tegula_key");
        assertThat(expect(0, Transcript.of("schema", "grants", "--app", "a", "--operator", "b"))
                        .out())
                .contains("GRANT SELECT ON");
        expect(2, clinic.run("schema", "apply"));
        expect(0, clinic.run("schema", "apply", "--yes"));
    }

    @Test
    void configShow_namesOriginsAndNoSecret() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Transcript run = expect(0, clinic.run("config", "show"));
        assertThat(run.out())
                .contains("tegula.keys.write-lease")
                .contains("default")
                .contains("tegula.passphrase");
        assertThat(run.all())
                .doesNotContain(
                        Files.readString(folder.resolve("tegula.passphrase")).strip());
    }
}
