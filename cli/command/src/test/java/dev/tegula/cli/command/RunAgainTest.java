package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every changing command, run again as after a COMMIT whose answer was lost: it finds its work done and ends well. */
@Tag("long")
class RunAgainTest {

    private static final String KEYS = "SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'";

    @TempDir
    Path folder;

    @Test
    void keysCreate_again_findsThePendingKey() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        assertThat(expect(0, clinic.run("keys", "create", "patient.ssn")).out())
                .contains("of patient.ssn is PENDING already under KEK main. Nothing was changed.");
        assertThat(clinic.number(KEYS)).isEqualTo(1);
    }

    @Test
    void keysCreateActivate_again_findsTheActiveKey() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        expect(0, clinic.run("keys", "create", "patient.ssn", "--activate"));
        Transcript again = expect(0, clinic.run("keys", "create", "patient.ssn", "--activate"));
        assertThat(again.out()).contains("is ACTIVE already").contains("tegula rotate patient.ssn");
        assertThat(clinic.number(KEYS)).isEqualTo(1);
    }

    @Test
    void keysCreateActivate_cutOffAfterItsFirstCommit_goesOn() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        assertThat(expect(0, clinic.run("keys", "create", "patient.ssn", "--activate"))
                        .out())
                .contains("of patient.ssn is ACTIVE under KEK main");
        assertThat(clinic.number(KEYS)).isEqualTo(1);
    }

    @Test
    void keysActivate_again_isAlready() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        assertAlready(clinic, "keys", "activate", "patient.ssn", "--version", "1");
    }

    @Test
    void keysRetireReopenAndDestroy_again_areAlready() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        expect(0, clinic.run("rotate", "patient.ssn", "--yes", "--quiet"));
        clinic.edit("backups: 30d", "backups: 0s");
        clinic.edit("  keys:\n", "  keys:\n    cache-ttl: 1ms\n    outage-limit: 1ms\n");
        assertThat(assertAlready(clinic, "keys", "retire", "patient.ssn", "--version", "1"))
                .contains("tegula keys destroy patient.ssn --version 1");
        expect(0, clinic.run("keys", "reopen", "patient.ssn", "--version", "1"));
        assertAlready(clinic, "keys", "reopen", "patient.ssn", "--version", "1");
        expect(0, clinic.run("keys", "retire", "patient.ssn", "--version", "1"));
        expect(0, clinic.run("keys", "destroy", "patient.ssn", "--version", "1", "--yes"));
        assertAlready(clinic, "keys", "destroy", "patient.ssn", "--version", "1");
    }

    @Test
    void keysBackup_whoseFileWasWrittenAndWhoseCommitWasNot_isNotedNow() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        expect(0, clinic.run("keys", "create", "patient.ssn"));
        String[] backup = {
            "keys", "backup", "patient.ssn", "--to", folder.resolve("b.json").toString()
        };
        clinic.execute("CREATE TABLE before AS SELECT * FROM tegula_key");
        expect(0, clinic.run(backup));
        clinic.execute("DELETE FROM tegula_key; INSERT INTO tegula_key SELECT * FROM before");
        assertThat(expect(0, clinic.run(backup)).out()).contains("1 key backed up already in");
        assertThat(expect(0, clinic.run(backup)).out()).contains("1 key backed up already in");
        expect(0, clinic.run("keys", "activate", "patient.ssn", "--version", "1"));
    }

    @Test
    void keysBackup_overAnotherFile_isRefused() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        Path file = folder.resolve("b.json");
        expect(0, clinic.run("keys", "backup", "patient.ssn", "--to", file.toString()));
        String content = Files.readString(file);
        expect(0, clinic.run("keys", "create", "patient.tel"));
        assertThat(expect(8, clinic.run("keys", "backup", "--to", file.toString()))
                        .err())
                .contains("is not overwritten");
        Files.writeString(file, "notes");
        expect(8, clinic.run("keys", "backup", "patient.ssn", "--to", file.toString()));
        assertThat(file).hasContent("notes");
        assertThat(content).contains("tegula/key-backup/1");
    }

    @Test
    void keysImport_again_namesTheFieldsThatHaveNoActiveKeyAndWhatMakesOne() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        Path file = folder.resolve("b.json");
        expect(0, clinic.run("keys", "backup", "--to", file.toString()));
        clinic.execute("DELETE FROM tegula_key WHERE field = 'patient.ssn'");
        for (int run = 0; run < 2; run++) {
            assertThat(expect(0, clinic.run("keys", "import", file.toString(), "--yes"))
                            .out())
                    .contains("patient.ssn has no ACTIVE key")
                    .contains("tegula keys create patient.ssn --activate");
        }
        expect(0, clinic.run("keys", "create", "patient.ssn", "--activate"));
        assertThat(expect(0, clinic.run("keys", "import", file.toString(), "--yes"))
                        .out())
                .doesNotContain("ACTIVE");
    }

    @Test
    void keysRewrap_whoseAnswerWasLost_asksForTheBackupAgain() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        Files.writeString(
                clinic.file(),
                Files.readString(clinic.file())
                        .replace(
                                "      default: true\n",
                                "      default: true\n    spare: { kms: local, key: primary }\n"));
        expect(0, clinic.run("keys", "rewrap", "patient.ssn", "--to", "spare", "--yes"));
        assertThat(expect(0, clinic.run("keys", "rewrap", "patient.ssn", "--to", "spare", "--yes"))
                        .out())
                .contains("already there")
                .contains("tegula keys backup patient.ssn");
    }

    @Test
    void fieldsImportAndSchemaApply_again_endWell() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        Path fields = Files.writeString(
                folder.resolve("fields.json"),
                expect(0, clinic.run("fields", "list", "--json")).out());
        for (int run = 0; run < 2; run++) {
            expect(0, clinic.run("fields", "import", fields.toString(), "--yes"));
            expect(0, clinic.run("schema", "apply", "--yes"));
        }
    }

    private static String assertAlready(ClinicDatabase clinic, String... command) {
        Transcript run = expect(0, clinic.run(command));
        assertThat(run.out()).contains("already; nothing was changed");
        return run.out();
    }
}
