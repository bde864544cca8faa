package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys, rotation, verification and the catalogue, on a table with values that must never be printed. */
@Tag("long")
@Recorded
class KeyTranscriptsTest {

    private static final String UNDER_V2 =
            "SELECT count(*) FROM patient WHERE substring(ssn from 3 for 32) = (SELECT key_id FROM tegula_key WHERE"
                    + " field = 'patient.ssn' AND version = 2)";

    @TempDir
    Path folder;

    @Test
    void tenant_withASpaceOrAnOddName_isQuotedAndTheProposedCommandIsOne() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Transcript made = expect(0, clinic.run("keys", "create", "visit.text", "--tenant", "a b"));
        assertThat(made.out()).contains("tenant \"a b\"").contains("--tenant 'a b'");
        Transcript odd = clinic.run("keys", "create", "visit.text", "--tenant", "acme\u200b");
        assertThat(odd.exit()).isNotZero();
        assertThat(odd.err())
                .contains("no key is made for a tenant of this name")
                .contains("\"acme\\u200b\"");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE field = 'visit.text'"))
                .isEqualTo(1);
    }

    @Test
    void keysCreate_withoutActivate_isPendingAndNeedsABackup() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        assertThat(expect(0, clinic.run("keys", "create", "patient.ssn")).out()).contains("PENDING");
        assertThat(expect(8, clinic.run("keys", "activate", "patient.ssn", "--version", "1"))
                        .err())
                .contains("tegula keys backup");
        expect(0, clinic.run("keys", "backup", "patient.ssn"));
        assertThat(expect(0, clinic.run("keys", "activate", "patient.ssn", "--version", "1"))
                        .out())
                .contains("is ACTIVE");
    }

    @Test
    void keysCreate_index_isAKeyOfItsOwnThatNothingReplaces() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        assertThat(expect(0, clinic.run("keys", "create", "patient.ssn", "--index", "--activate"))
                        .out())
                .contains("patient.ssn (INDEX) is ACTIVE");
        assertThat(expect(0, clinic.run("keys", "create", "patient.ssn", "--index", "--activate"))
                        .out())
                .contains("ACTIVE already")
                .contains("tegula index rotate patient.ssn");
        assertThat(expect(8, clinic.run("keys", "create", "patient.ssn", "--index"))
                        .err())
                .contains("tegula index rotate patient.ssn");
        assertThat(expect(0, clinic.run("keys", "list", "patient.ssn")).out()).contains("INDEX");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE purpose = 'DATA' AND state = 'ACTIVE'"
                        + " AND field = 'patient.ssn'"))
                .isEqualTo(1);
    }

    @Test
    void keysCreate_dryRun_makesNothing() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        assertThat(expect(0, clinic.run("keys", "create", "patient.ssn", "--dry-run"))
                        .out())
                .contains("Dry run: nothing was changed.");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key")).isEqualTo(1);
    }

    @Test
    void keysDestroy_keyInUse_isRefusedWithItsUses() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 5);
        Transcript run = expect(8, clinic.run("keys", "destroy", "patient.ssn", "--version", "1", "--yes", "--json"));
        assertThat(run.json().get("code").asText()).isEqualTo("key-in-use");
        assertThat(run.json().get("uses").get("public.patient.ssn").asLong()).isEqualTo(5);
        assertThat(clinic.read()).hasSize(5);
    }

    @Test
    void keysDestroy_withoutTerminalOrYes_exits2() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        Transcript run = expect(2, clinic.run("keys", "destroy", "patient.ssn", "--version", "1"));
        assertThat(run.err()).contains("--yes").contains("Nothing was changed.");
    }

    @Test
    void keysDestroy_answeredNo_isDeclined() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        Transcript run = expect(8, clinic.answer("n", "keys", "destroy", "patient.ssn", "--version", "1"));
        assertThat(run.err()).contains("[y/N]").contains("Nothing was changed.");
    }

    @Test
    void keysActivate_versionThatIsNotThere_namesThoseThatAre() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        assertThat(expect(7, clinic.run("keys", "activate", "patient.ssn", "--version", "9"))
                        .err())
                .contains("it has v1");
    }

    @Test
    void rotate_dryRun_isAPlanAndChangesNothing() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 20);
        Transcript run = expect(0, clinic.run("rotate", "patient.ssn", "--dry-run"));
        assertThat(run.out())
                .contains("public.patient.ssn  20 values")
                .contains("1 create")
                .contains("v2 PENDING under KEK main")
                .contains("Dry run: nothing was changed.");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'"))
                .isEqualTo(1);
    }

    @Test
    void rotate_withoutTerminalOrYes_exits2AndChangesNothing() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        expect(2, clinic.run("rotate", "patient.ssn"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'"))
                .isEqualTo(1);
    }

    @Test
    void rotate_unknownField_namesTheKnownOnes() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        assertThat(expect(7, clinic.run("rotate", "patient.snn", "--yes")).err())
                .contains("patient.ssn");
    }

    @Test
    void rotate_movesEveryValueAndRetiresTheOldKey() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 250);
        Transcript run = expect(0, clinic.run("rotate", "patient.ssn", "--yes", "--json"));
        JsonNode document = run.json();
        assertThat(document.get("outcome").asText()).isEqualTo("done");
        assertThat(document.get("values").get("reencrypted").asLong()).isEqualTo(250);
        assertThat(document.get("next").get(0).get("command").get(2).asText()).isEqualTo("destroy");
        assertThat(run.err().lines()).allMatch(line -> line.startsWith("{\"schema\":\"tegula/"));
        assertThat(clinic.number(UNDER_V2)).isEqualTo(250);
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE version = 1 AND state = 'RETIRED'"))
                .isEqualTo(1);
        assertThat(clinic.read())
                .isEqualTo(IntStream.rangeClosed(1, 250)
                        .mapToObj(i -> "canary-" + i)
                        .toList());
        assertThat(expect(0, clinic.run("status", "--check")).out()).contains("All values are under ACTIVE keys.");
        assertThat(expect(0, clinic.run("verify", "patient.*")).out())
                .contains("250 values open in their place; 0 do not.");
        assertThat(expect(8, clinic.run("keys", "destroy", "patient.ssn", "--version", "1", "--yes"))
                        .err())
                .contains("refused:");
    }

    @Test
    void rotate_untilActivate_thenReencrypt_thenRotate_resumes() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 40);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        assertThat(expect(3, clinic.run("status", "--check")).out()).contains("tegula rotate patient.ssn");
        assertThat(clinic.number(UNDER_V2)).isZero();
        assertThat(expect(0, clinic.run("reencrypt", "patient.ssn", "--yes")).out())
                .contains("40 values moved");
        assertThat(clinic.number(UNDER_V2)).isEqualTo(40);
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'"))
                .isEqualTo(2);
    }

    @Test
    void verify_foreignBytes_areListedByPrimaryKey() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 5);
        clinic.execute("UPDATE patient SET ssn = 'canary in clear'::bytea WHERE id = 3");
        clinic.execute("UPDATE patient SET ssn = set_byte(ssn, 60, get_byte(ssn, 60) # 1) WHERE id = 4");
        Transcript run = expect(6, clinic.run("verify", "patient.ssn"));
        assertThat(run.out())
                .contains("row id=3  not-an-envelope: looks like plaintext that was never encrypted")
                .contains("row id=4")
                .contains("cannot-open")
                .contains("2 do not.");
        assertThat(run.all()).doesNotContain("canary");
    }

    @Test
    void keyRowEditedByHand_doesNotVerify() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        clinic.execute("UPDATE tegula_key SET activated_at = now() WHERE field = 'patient.ssn'");
        for (String[] command : new String[][] {{"rotate", "patient.ssn", "--yes"}, {"doctor"}}) {
            assertThat(clinic.run(command).exit()).as(String.join(" ", command)).isEqualTo(6);
        }
        Transcript list = expect(0, clinic.run("keys", "list"));
        assertThat(list.err()).contains("warning:", "patient.ssn");
        assertThat(list.out()).doesNotContain("patient.ssn");
        assertThat(expect(0, clinic.run("status")).out()).contains("UNKNOWN");
    }

    @Test
    void keysBackup_thenLoss_thenImport_bringsValuesBack() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        Path backup = folder.resolve("backup.json");
        expect(0, clinic.run("keys", "backup", "--to", backup.toString()));
        clinic.execute("DELETE FROM tegula_key WHERE field = 'patient.ssn'");
        assertThat(expect(0, clinic.run("keys", "import", backup.toString(), "--yes"))
                        .out())
                .contains("1 key added");
        assertThat(clinic.read()).containsExactly("canary-1", "canary-2", "canary-3");
        Path edited = Files.writeString(
                folder.resolve("edited.json"), Files.readString(backup).replace("\"version\":1", "\"version\":7"));
        clinic.execute("DELETE FROM tegula_key WHERE field = 'patient.ssn'");
        expect(6, clinic.run("keys", "import", edited.toString(), "--yes"));
    }

    @Test
    void keysDestroy_thenImport_bringsItBackOnlyWithUndoDestroy() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 2);
        Path backup = folder.resolve("before.json");
        expect(0, clinic.run("keys", "backup", "--to", backup.toString()));
        expect(0, clinic.run("rotate", "patient.ssn", "--yes", "--quiet"));
        Files.writeString(
                clinic.file(),
                Files.readString(clinic.file()).replaceFirst("(?m)^  keys:.*\\R(?: {4}.*\\R)*", "")
                        + "  keys: { outage-limit: 1ms, cache-ttl: 1ms, retention: { backups: 0s, changefeeds: 0s } }\n"
                        + "  destroy: { exclude: [public.old_notes] }\n");
        Transcript destroyed =
                expect(0, clinic.run("keys", "destroy", "patient.ssn", "--version", "1", "--yes", "--json"));
        assertThat(destroyed.json().get("notSearched").toString())
                .contains("public.old_notes was not searched")
                .contains("base64");
        assertThat(expect(0, clinic.run("keys", "import", backup.toString(), "--yes"))
                        .out())
                .contains("1 of these are DESTROYED and stay so; --undo-destroy");
        assertThat(expect(0, clinic.run("keys", "import", backup.toString(), "--yes", "--undo-destroy"))
                        .out())
                .contains("was DESTROYED and is DECRYPT_ONLY");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE version = 1 AND state = 'DECRYPT_ONLY'"
                        + " AND wrapped IS NOT NULL"))
                .isEqualTo(1);
        clinic.edit("exclude:", "exclud:");
        assertThat(expect(7, clinic.run("keys", "list")).err()).contains("exclude");
    }

    @Test
    void keysReopen_retiredKey_isDecryptOnlyAgain() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        expect(0, clinic.run("rotate", "patient.ssn", "--yes", "--quiet"));
        assertThat(expect(0, clinic.run("keys", "list", "--state", "retired")).out())
                .contains("v1");
        expect(0, clinic.run("keys", "reopen", "patient.ssn", "--version", "1"));
        assertThat(expect(3, clinic.run("status", "--check")).out()).contains("tegula rotate patient.ssn");
        expect(0, clinic.run("keys", "retire", "patient.ssn", "--version", "1"));
    }

    @Test
    void rotate_quiet_saysOnlyTheResult() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        Transcript run = expect(0, clinic.run("rotate", "patient.ssn", "--yes", "--quiet"));
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("v1").contains("RETIRED → v2").contains("3 values moved");
    }

    @Test
    void fieldsList_isWhatFieldsImportReads() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        Path file = Files.writeString(
                folder.resolve("fields.json"),
                expect(0, clinic.run("fields", "list", "--json")).out());
        clinic.execute("DELETE FROM tegula_field");
        expect(2, clinic.run("fields", "import", file.toString()));
        expect(0, clinic.run("fields", "import", file.toString(), "--yes"));
        assertThat(expect(0, clinic.run("fields", "list", "--json")).out()).isEqualTo(Files.readString(file));
        assertThat(expect(0, clinic.run("schema", "checks")).out()).contains("ALTER TABLE \"public\".\"patient\"");
    }

    @Test
    void noCommand_everPrintsAValueOrWritesOne() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 30);
        StringBuilder printed = new StringBuilder();
        String[][] commands = {
            {"status"},
            {"status", "--json"},
            {"keys", "list"},
            {"fields", "list"},
            {"verify", "patient.ssn"},
            {"rotate", "patient.ssn", "--yes"},
            {"rotate", "patient.ssn", "--yes", "--json"},
            {"doctor"},
            {"keys", "backup"},
            {"config", "show"}
        };
        for (String[] command : commands) {
            printed.append(expect(0, clinic.run(command)).all());
        }
        String passphrase =
                Files.readString(folder.resolve("tegula.passphrase")).strip();
        assertThat(printed.toString()).doesNotContain("canary").doesNotContain(passphrase);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain("canary");
            }
        }
    }

    /** A row that anybody may have inserted, of a field that nobody has. */
    private static void junk(ClinicDatabase clinic) {
        clinic.execute(
                "INSERT INTO tegula_key SELECT decode(repeat('ab', 32), 'hex'), tenant, 'junk.field', purpose, 1, suite,"
                        + " state, 9223372036854775807, provider, kek_alias, kek_version, wrapped, created_at, activated_at,"
                        + " retired_at, exported_at, seal FROM tegula_key WHERE field = 'patient.ssn'");
    }

    @Test
    void junkOfAnotherField_everyCommand_warnsAndGoesOn() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        junk(clinic);
        for (String command : List.of(
                "status",
                "keys list",
                "keys create patient.born",
                "keys backup",
                "rotate patient.ssn --yes",
                "verify patient.ssn")) {
            Transcript run = expect(0, clinic.run(command.split(" ")));
            assertThat(run.err()).as(command).contains("warning:", "junk.field", "tegula keys drop-unsealed");
            assertThat(run.out()).as(command).doesNotContain("junk.field");
        }
        assertThat(clinic.read()).hasSize(3);
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE rev = 9223372036854775807"))
                .isEqualTo(1);

        assertThat(expect(0, clinic.run("keys", "drop-unsealed", "--dry-run")).out())
                .contains("junk.field (abababab)");
        assertThat(expect(0, clinic.run("keys", "drop-unsealed", "--yes")).out())
                .contains("Removed 1 row.");
        assertThat(expect(0, clinic.run("keys", "drop-unsealed", "--yes")).out())
                .contains("nothing was removed");
        assertThat(expect(0, clinic.run("status")).err()).doesNotContain("warning");
    }

    @Test
    void keyThatWasAltered_rotateOfItsField_stopsAndTheCureWorks() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        expect(
                0,
                clinic.run(
                        "keys",
                        "backup",
                        "patient.ssn",
                        "--to",
                        folder.resolve("keys.json").toString()));
        clinic.execute("UPDATE tegula_key SET kek_alias = 'other' WHERE field = 'patient.ssn'");

        assertThat(expect(6, clinic.run("rotate", "patient.ssn", "--yes")).err())
                .contains("tegula keys drop-unsealed", "tegula keys import");
        assertThat(expect(6, clinic.run("doctor")).out()).contains("tegula keys drop-unsealed");
        expect(0, clinic.run("keys", "drop-unsealed", "--yes"));
        expect(0, clinic.run("keys", "import", folder.resolve("keys.json").toString(), "--yes"));
        assertThat(clinic.read()).hasSize(3);
    }
}
