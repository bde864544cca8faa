package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.SpareKek;
import dev.tegula.cli.Transcript;
import dev.tegula.kms.tink.KeyVersion;
import dev.tegula.kms.tink.Passphrase;
import dev.tegula.kms.tink.TinkKeyset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code keys rewrap} between two keysets: what moves, what it says, and what it refuses. */
@Recorded
@Tag("long")
class RewrapTranscriptsTest {

    private static final String VALUES =
            "SELECT hashtextextended(string_agg(ssn::text, id::text ORDER BY id), 0) FROM patient";

    @TempDir
    Path folder;

    /** A clinic whose keys are backed up, and a second KEK. */
    private ClinicDatabase withSpareKek() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        SpareKek.addTo(clinic);
        expect(0, clinic.run("keys", "backup"));
        return clinic;
    }

    private TinkKeyset keyset(String name) {
        return TinkKeyset.open(folder.resolve(name), Passphrase.fromFile(folder.resolve("tegula.passphrase")));
    }

    @Test
    void rewrap_withoutFieldOrAll_asksWhichKeys() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        assertThat(expect(2, clinic.run("keys", "rewrap", "--to", "spare")).err())
                .contains("tegula keys rewrap --all --to spare");
        expect(2, clinic.run("keys", "rewrap", "patient.ssn", "--all"));
        assertThat(expect(7, clinic.run("keys", "rewrap", "patient.snn")).err())
                .contains("Unknown field `patient.snn`");
    }

    @Test
    void rewrap_toAnotherKek_movesKeysAndSaysUntilWhenTheOldOneMustLive() throws IOException {
        ClinicDatabase clinic = withSpareKek();
        long before = clinic.number(VALUES);
        assertThat(expect(2, clinic.run("keys", "rewrap", "patient.ssn", "--to", "spare"))
                        .err())
                .contains("Every application needs it in its configuration")
                .contains("Nothing was changed");
        Instant began = Instant.now();
        JsonNode document = expect(0, clinic.run("keys", "rewrap", "patient.ssn", "--to", "spare", "--yes", "--json"))
                .json();
        JsonNode old = document.get("oldKeks").get(0);
        assertThat(old.get("kek").asText()).isEqualTo("main");
        assertThat(old.get("keysStillUnderIt").asInt())
                .as("the registry's root")
                .isEqualTo(1);
        assertThat(Instant.parse(old.get("neededUntil").asText()))
                .isBetween(
                        began.plus(Duration.ofDays(30)).minusSeconds(60),
                        Instant.now().plus(Duration.ofDays(30)).plusSeconds(60));
        assertThat(document.get("next").toString()).isEqualTo("[[\"tegula\",\"keys\",\"backup\",\"patient.ssn\"]]");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE kek_alias = 'spare'"))
                .isEqualTo(1);
        assertThat(clinic.number(VALUES)).isEqualTo(before);
        expect(0, clinic.run("verify", "patient.ssn"));
    }

    @Test
    void rewrap_all_movesTheRootToo_soThatTheOldKekCanGo() throws IOException {
        ClinicDatabase clinic = withSpareKek();
        Transcript run = expect(0, clinic.run("keys", "rewrap", "--all", "--to", "spare", "--yes"));
        assertThat(run.out())
                .contains("2 keys rewrapped.")
                .contains("KEK main, version ")
                .contains("must stay usable until ")
                .contains("Back the keys up again, before anything else is done with them: tegula keys backup\n");
        clinic.edit("    main:\n      kms: \"local\"\n", "    main:\n      fields: \"none.*\"\n      kms: \"spare\"\n");
        Files.delete(folder.resolve("tegula.keyset"));
        expect(0, clinic.run("keys", "list"));
        expect(0, clinic.run("verify", "patient.ssn"));
        assertThat(expect(0, clinic.run("keys", "rewrap", "--all", "--to", "spare"))
                        .out())
                .contains("0 keys rewrapped. 2 keys already there, left alone.");
    }

    @Test
    void rewrap_keyWithoutBackup_isRefusedBeforeTheFirst() throws IOException {
        ClinicDatabase clinic = withSpareKek();
        expect(0, clinic.run("keys", "create", "patient.tel"));
        Transcript run = expect(8, clinic.run("keys", "rewrap", "patient.*", "--to", "spare", "--yes", "--json"));
        assertThat(run.json().get("code").asText()).isEqualTo("backup-missing");
        assertThat(run.json().get("message").asText()).contains("1 of 2 keys").contains("patient.tel v1");
        assertThat(run.json().get("next").toString()).isEqualTo("[[\"tegula\",\"keys\",\"backup\",\"patient.*\"]]");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE kek_alias = 'spare'"))
                .isZero();
        expect(0, clinic.run("keys", "backup", "patient.*"));
        expect(0, clinic.run("keys", "rewrap", "patient.*", "--to", "spare", "--yes"));
    }

    @Test
    void rewrap_whereEachKeyFailsForItself_namesAllOfThem() throws IOException {
        ClinicDatabase clinic = withSpareKek();
        expect(0, clinic.run("keys", "create", "patient.tel"));
        expect(0, clinic.run("keys", "backup", "patient.*", "--quiet"));
        clinic.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation'; END $$");
        clinic.execute("CREATE TRIGGER refuse BEFORE UPDATE ON tegula_key FOR EACH ROW EXECUTE FUNCTION refuse()");

        Transcript run = expect(3, clinic.run("keys", "rewrap", "patient.*", "--to", "spare", "--yes"));

        assertThat(run.out())
                .containsPattern("NOT done: v1 \\(\\w+\\) of patient.ssn")
                .containsPattern("NOT done: v1 \\(\\w+\\) of patient.tel")
                .contains("0 keys rewrapped, 2 not.");
    }

    @Test
    void rewrap_laterKeyFails_exits3SaysWhatWasDoneAndGoesOnWhenMended() throws IOException {
        ClinicDatabase clinic = withSpareKek();
        Path whole = folder.resolve("tegula.keyset");
        Path first = Files.copy(whole, folder.resolve("first.keyset"), StandardCopyOption.COPY_ATTRIBUTES);
        TinkKeyset keyset = keyset("tegula.keyset");
        KeyVersion second = keyset.addKey();
        keyset.promote(second.version());
        expect(0, clinic.run("keys", "create", "patient.tel"));
        expect(0, clinic.run("keys", "create", "patient.zip"));
        expect(0, clinic.run("keys", "backup", "patient.*", "--quiet"));
        Path both = Files.move(whole, folder.resolve("both.keyset"));
        Files.move(first, whole);

        Transcript run = expect(3, clinic.run("keys", "rewrap", "patient.*", "--to", "spare", "--yes"));
        assertThat(run.out())
                .containsPattern("v1 \\(\\w+\\) of patient.ssn is wrapped under spare")
                .containsPattern("NOT done: v1 \\(\\w+\\) of patient.tel. The keyset .* has no version")
                .containsPattern("not tried: v1 \\(\\w+\\) of patient.zip")
                .contains("1 key rewrapped, 2 not.")
                .contains("Run the same command again")
                .doesNotContain("Nothing was changed");

        Files.move(both, whole, StandardCopyOption.REPLACE_EXISTING);
        JsonNode rest = expect(0, clinic.run("keys", "rewrap", "patient.*", "--to", "spare", "--yes", "--json"))
                .json();
        assertThat(rest.get("keys")).hasSize(2);
        assertThat(rest.get("current").asInt()).isEqualTo(1);
    }

    @Test
    void rewrap_firstKeyFails_isThatFailureAndChangesNothing() throws IOException {
        ClinicDatabase clinic = withSpareKek();
        clinic.edit(
                "spare: { kms: spare, key: primary }", "spare: { kms: spare, key: primary, fields: [\"other.*\"] }");
        Transcript run = expect(7, clinic.run("keys", "rewrap", "patient.*", "--to", "spare", "--yes"));
        assertThat(run.err()).contains("tegula.keks.spare.fields");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE kek_alias = 'spare'"))
                .isZero();
    }

    @Test
    void rewrap_dryRun_listsKeysAndCalls() throws IOException {
        ClinicDatabase clinic = withSpareKek();
        Transcript run = expect(0, clinic.run("keys", "rewrap", "--all", "--to", "spare", "--dry-run"));
        assertThat(run.out())
                .containsPattern("patient.ssn +v1 +ACTIVE +\\w{8} +main \\d+ +spare \\d+ +unwrap, wrap, unwrap")
                .contains("tegula.registry")
                .contains("2 keys would be rewrapped; calls at most: main 2, spare 4.")
                .contains("Dry run: nothing was changed.");
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE kek_alias = 'spare'"))
                .isZero();
    }

    @Test
    void rewrap_newVersion_isBehindUntilWrappedAnew() throws IOException {
        ClinicDatabase clinic = withSpareKek();
        assertThat(expect(0, clinic.run("keys", "list", "--behind")).out()).contains("No key matches.");
        TinkKeyset keyset = keyset("tegula.keyset");
        keyset.promote(keyset.addKey().version());
        assertThat(expect(0, clinic.run("keys", "list", "--behind")).out()).contains("patient.ssn");
        assertThat(expect(0, clinic.run("doctor")).out()).contains("2 keys not wrapped by the newest version");
        expect(0, clinic.run("keys", "rewrap", "--all"));
        assertThat(expect(0, clinic.run("keys", "list", "--behind")).out()).contains("No key matches.");
        assertThat(clinic.read()).containsExactly("canary-1", "canary-2", "canary-3");
    }

    @Test
    void rewrap_retentionUndeclared_saysSo() throws IOException {
        ClinicDatabase clinic = withSpareKek();
        clinic.edit("    retention: { backups: 30d, changefeeds: 0s }", "    retention: { changefeeds: 0s }");
        assertThat(expect(0, clinic.run("keys", "rewrap", "patient.ssn", "--to", "spare", "--yes"))
                        .out())
                .contains("as long as backups are kept, which tegula.keys.retention.backups does not say");
    }
}
