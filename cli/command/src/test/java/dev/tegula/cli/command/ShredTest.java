package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.JsonDocuments;
import dev.tegula.cli.TenantClinic;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.TegulaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tenant is shredded: its values are dead, nobody writes for it, the others go on, and a receipt says so. */
@Tag("long")
class ShredTest {

    private static final String LIVE =
            "SELECT count(*) FROM tegula_key WHERE wrapped IS NOT NULL AND tenant = '\\x01'::bytea"
                    + " || convert_to('acme', 'UTF8')";

    @TempDir
    Path folder;

    private Path receipt() {
        return folder.resolve("receipt.json");
    }

    private String[] shred(String... more) {
        return Stream.concat(
                        Stream.of(
                                "shred",
                                "--tenant",
                                "acme",
                                "--receipt",
                                receipt().toString()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void shred_aTenant_destroysItsKeysAloneAndSaysSoToReadersAndWriters() {
        TenantClinic tenants = TenantClinic.of(folder, 3, "acme", "other");
        tenants.run(0, "keys", "create", "note.text", "--tenant", "acme", "--index", "--activate");
        tenants.run(0, "rotate", "note.text", "--tenant", "acme", "--yes");
        assertThat(tenants.clinic().number(LIVE)).isEqualTo(4);
        assertThat(tenants.runLater(0, shred("--dry-run")).out())
                .contains("4 keys of tenant acme would be destroyed, and 6 values could never be read again.")
                .contains("note.text        3")
                .contains("A hard shred needs a KEK of the tenant's own");
        assertThat(tenants.runLater(2, shred()).err()).contains("Add --yes to go ahead");
        assertThat(tenants.clinic().number(LIVE)).isEqualTo(4);
        try (Tegula running = tenants.engine()) {
            assertThat(tenants.read(running, "acme")).hasSize(3);
            tenants.runLater(0, shred("--yes"));
            assertThat(tenants.clinic().number(LIVE)).isZero();
            assertThatThrownBy(() -> tenants.read(running, "acme"))
                    .isInstanceOf(KeyUnknownException.class)
                    .hasMessageContaining("was destroyed by a shred of tenant acme at ")
                    .extracting(e -> ((TegulaException) e).code())
                    .isEqualTo("tenant-shredded");
            assertThatThrownBy(() -> tenants.write(running, "acme", "canary"))
                    .isInstanceOf(KeyUnknownException.class)
                    .hasMessageContaining("tenant acme was shredded (at ")
                    .extracting(e -> ((TegulaException) e).code())
                    .isEqualTo("tenant-shredded");
            assertThatThrownBy(() -> TenantClinic.field(running, "note.new").encrypt("canary", Context.tenant("acme")))
                    .as("a field in which the tenant never had a key")
                    .hasMessageContaining("tenant acme was shredded (at ");
            tenants.write(running, "other", "canary-4");
            assertThat(tenants.read(running, "other")).hasSize(4);
        }
        assertThat(tenants.clinic().number(LIVE)).isZero();
        assertThat(tenants.run(8, "keys", "create", "note.more", "--tenant", "acme")
                        .err())
                .contains("tenant acme was shredded");
        assertThat(tenants.run(0, "shred", "--verify", receipt().toString()).out())
                .contains("The receipt is genuine: tenant acme, 4 keys destroyed at ");
        assertThat(tenants.runLater(0, shred("--yes")).out()).contains("The receipt was written before");
    }

    @Test
    void receipt_beforeTheLongestCacheAge_isDueAndNotWritten() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        assertThat(tenants.run(3, shred("--yes")).out()).contains("The receipt is due from ");
        assertThat(receipt()).doesNotExist();
        assertThat(tenants.clinic().number(LIVE)).isZero();
        assertThat(tenants.run(3, shred()).out()).as("nobody is asked again").contains("The receipt is due from ");
        tenants.runLater(0, shred());
        assertThat(receipt()).exists();
    }

    @Test
    void receipt_ofWhichAByteIsAnother_isRefused() throws IOException {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.runLater(0, shred("--yes"));
        byte[] genuine = Files.readAllBytes(receipt());
        JsonDocuments.requireDocument(new String(genuine, UTF_8).strip());
        for (int at = 0; at < genuine.length; at += Math.max(1, genuine.length / 40)) {
            byte[] changed = genuine.clone();
            changed[at] ^= 1;
            Files.write(receipt(), changed);
            assertThat(tenants.clinic()
                            .run("shred", "--verify", receipt().toString())
                            .exit())
                    .as("byte %d", at)
                    .isIn(6, 7);
        }
        Files.writeString(receipt(), new String(genuine, UTF_8).replace("\"keys\"", "\"keyz\""));
        assertThat(tenants.run(6, "shred", "--verify", receipt().toString()).err())
                .contains("does not carry a valid seal of this registry");
        Files.writeString(receipt(), new String(genuine, UTF_8) + "\n");
        tenants.run(6, "shred", "--verify", receipt().toString());
        Files.writeString(receipt(), "{}");
        tenants.run(7, "shred", "--verify", receipt().toString());
    }

    @Test
    void receipt_ofAnotherRegistry_isRefusedAndNamesIt() throws IOException {
        ClinicDatabase named = ClinicDatabase.empty(folder);
        expect(0, named.init("clinic-dev"));
        TenantClinic tenants = TenantClinic.of(named, 1, "acme");
        tenants.runLater(0, shred("--yes"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        ClinicDatabase other = ClinicDatabase.empty(elsewhere);
        expect(0, other.init("clinic-dev"));
        assertThat(expect(7, other.run("shred", "--verify", receipt().toString()))
                        .err())
                .contains("says that it is of registry");
        Path third = Files.createDirectory(folder.resolve("third"));
        ClinicDatabase deployment = ClinicDatabase.empty(third);
        expect(0, deployment.init("another"));
        assertThat(expect(7, deployment.run("shred", "--verify", receipt().toString()))
                        .err())
                .contains("this is deployment another");
    }

    @Test
    void keysImport_ofAKeyThatWasShredded_leavesItOut() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme", "other");
        Path backup = folder.resolve("backup.json");
        tenants.run(0, "keys", "backup", "--to", backup.toString());
        tenants.runLater(0, shred("--yes"));
        tenants.clinic().execute("DELETE FROM tegula_key WHERE field = 'note.phone'");
        assertThat(tenants.run(0, "keys", "import", backup.toString(), "--undo-destroy", "--yes")
                        .out())
                .contains("left out  v1 ")
                .contains("of note.text of tenant acme: its tenant was shredded")
                .contains("of note.phone of tenant acme: its tenant was shredded")
                .contains("1 key added");
        assertThat(tenants.clinic().number(LIVE)).isZero();
        tenants.run(0, "shred", "--verify", receipt().toString());
    }

    /** A database put back to before it has neither mark nor destroyed keys. */
    @Test
    void verify_whereTheRegistryWasPutBack_namesTheKeysThatAreBack() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.clinic().execute("CREATE TABLE before AS SELECT * FROM tegula_key");
        tenants.runLater(0, shred("--yes"));
        tenants.clinic().execute("DELETE FROM tegula_key WHERE field LIKE 'tegula.shred%'");
        assertThat(tenants.run(6, "shred", "--verify", receipt().toString()).out())
                .contains("the mark of tenant acme is missing");
        tenants.clinic()
                .execute("DELETE FROM tegula_key; INSERT INTO tegula_key SELECT * FROM before; DROP TABLE before");
        assertThat(tenants.run(6, "shred", "--verify", receipt().toString()).out())
                .contains("note.phone of tenant acme v1 ")
                .contains("is ACTIVE and can be opened again")
                .contains("3 findings. Shred the tenant again");
        assertThat(tenants.runLater(8, shred("--yes")).err()).contains("is the receipt of an earlier shred");
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");
        assertThat(tenants.clinic().number(LIVE)).isZero();
        tenants.run(0, "shred", "--verify", receipt().toString());
    }

    /** Who may delete rows deletes a mark: the same command puts it back, whichever of two it is. */
    @ParameterizedTest
    @ValueSource(strings = {"tegula.shred", "tegula.shred.secret"})
    void mark_thatWasRemovedBesideAnother_isPutBackByTheSameCommand(String mark) {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.clinic().withSecrets("acme");
        tenants.runLater(0, shred("--yes", "--secrets", "destroy"));
        tenants.clinic().execute("DELETE FROM tegula_key WHERE field = '" + mark + "'");
        assertThat(tenants.run(6, "shred", "--verify", receipt().toString()).out())
                .contains("the mark of ");
        String second = folder.resolve("second.json").toString();
        tenants.runLater(0, "shred", "--tenant", "acme", "--secrets", "destroy", "--yes", "--receipt", second);
        tenants.run(0, "shred", "--verify", receipt().toString());
        tenants.run(0, "shred", "--verify", second);
        assertThat(tenants.run(8, "keys", "create", "note.text", "--tenant", "acme")
                        .err())
                .contains("tenant acme was shredded");
        assertThat(tenants.run(8, "keys", "create", "tegula.secret", "--tenant", "acme")
                        .err())
                .contains("was shredded");
    }

    /** As after an import into an empty registry: a backup of keys holds neither destroyed keys nor marks. */
    @Test
    void verify_whereNoRowOfTheTenantIsLeft_saysHowItIsShreddedAgain() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.runLater(0, shred("--yes"));
        tenants.clinic().execute("DELETE FROM tegula_key WHERE tenant = '\\x01'::bytea || convert_to('acme', 'UTF8')");
        assertThat(tenants.run(6, "shred", "--verify", receipt().toString()).out())
                .contains("the mark of tenant acme is missing")
                .contains(
                        "give it a key that is destroyed with it: `tegula keys create note.phone --tenant acme`. Shred");
        tenants.run(0, "keys", "create", "note.phone", "--tenant", "acme");
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");
        tenants.run(0, "shred", "--verify", receipt().toString());
    }

    /** Its seal is genuine; only the mark beside it speaks against it. */
    @Test
    void doctor_whereARowFromBeforeTheShredIsBack_saysSo() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.clinic().execute("CREATE TABLE before AS SELECT * FROM tegula_key WHERE field = 'note.text'");
        tenants.runLater(0, shred("--yes"));
        tenants.run(0, "doctor");
        tenants.clinic()
                .execute(
                        "DELETE FROM tegula_key WHERE field = 'note.text'; INSERT INTO tegula_key SELECT * FROM before;"
                                + " DROP TABLE before");
        assertThat(tenants.clinic().run("doctor").out())
                .contains("1 key of shredded tenants can be opened again, the first: note.text of tenant acme v1");
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");
        tenants.run(0, "doctor");
    }

    @Test
    void dropUnsealed_ofAMark_saysWhatIsToBeDone() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.runLater(0, shred("--yes"));
        tenants.clinic().execute("UPDATE tegula_key SET rev = rev + 1 WHERE field = 'tegula.shred'");
        assertThat(tenants.run(0, "keys", "drop-unsealed", "--yes").out())
                .contains("If one was the mark of a shredded tenant");
        tenants.run(6, "shred", "--verify", receipt().toString());
        tenants.runLater(0, "shred", "--tenant", "acme", "--yes");
        tenants.run(0, "shred", "--verify", receipt().toString());
    }

    @Test
    void tenant_thatNeverHadAKey_isRefusedAndTheNearestIsNamed() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        assertThat(tenants.run(7, "shred", "--tenant", "acne", "--yes").err())
                .contains("No key of tenant acne is in this registry")
                .contains("Did you mean acme?")
                .contains("Nothing was changed.");
        tenants.run(7, "shred", "--tenant", "acne", "--dry-run");
        assertThat(tenants.clinic().number(LIVE)).isEqualTo(2);
    }

    @Test
    void tenant_whereNoFieldHasTenants_isRefused() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 1);
        assertThat(expect(7, clinic.run("shred", "--tenant", "acme", "--yes")).err())
                .contains("no field has a key for each tenant.");
    }

    @Test
    void namespaceOfTheSameName_isDecidedByAPerson() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.clinic().withSecrets("acme");
        assertThat(tenants.runLater(2, shred("--yes")).err()).contains("--secrets destroy");
        assertThat(tenants.runLater(0, shred("--yes", "--secrets", "keep")).out())
                .contains("the namespace of secrets called acme was kept");
        tenants.run(0, "secrets", "get", "acme/key");
        expect(0, tenants.clinic().pipe("canary-3", "secrets", "put", "acme/key"));
        Path second = folder.resolve("second.json");
        tenants.runLater(
                0, "shred", "--tenant", "acme", "--secrets", "destroy", "--yes", "--receipt", second.toString());
        assertThat(tenants.clinic().number(LIVE)).isZero();
        assertThat(tenants.run(7, "secrets", "get", "acme/key").err())
                .contains("was destroyed by a shred of tenant acme");
        assertThat(expect(7, tenants.clinic().pipe("canary-4", "secrets", "put", "acme/key"))
                        .err())
                .contains("acme was shredded");
        tenants.run(0, "shred", "--verify", second.toString());
    }

    @Test
    void shred_whileAJobMovesItsValues_isRefusedAndNamesTheJob() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme", "other");
        String job = "00000000-0000-4000-8000-000000000001";
        tenants.clinic()
                .execute("INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES ('"
                        + job
                        + "', 'public', 'note', '{id}', 'OPEN', 3); INSERT INTO tegula_job_key (job, column_name, field,"
                        + " tenant, source, target) SELECT '" + job + "', 'text', field, tenant, sha256(tenant), key_id"
                        + " FROM tegula_key WHERE field = 'note.text'");
        assertThat(tenants.runLater(0, shred("--dry-run")).out()).contains("Would be refused: job " + job);
        assertThat(tenants.runLater(8, shred("--yes")).err())
                .contains("job " + job + " of public.note has not ended and moves values of tenant acme")
                .contains("tegula jobs cancel " + job);
        assertThat(tenants.clinic().number(LIVE + " AND state = 'ACTIVE'")).isEqualTo(2);
        tenants.run(0, "jobs", "cancel", job, "--yes");
        tenants.runLater(0, shred("--yes"));
    }

    @Test
    void shred_besideAPreparedTransaction_retiresAndGoesOnLater() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.clinic().execute("BEGIN; UPDATE note SET tenant = tenant; PREPARE TRANSACTION 'held'");
        assertThat(tenants.runLater(8, shred("--yes")).err())
                .contains("are RETIRED, and not destroyed yet: the prepared transaction 'held'");
        assertThat(tenants.clinic().number(LIVE + " AND state = 'RETIRED'")).isEqualTo(2);
        try (Tegula tegula = tenants.engine()) {
            assertThatThrownBy(() -> tenants.write(tegula, "acme", "canary"))
                    .hasMessageContaining("tenant acme was shredded (since ");
            assertThat(tenants.read(tegula, "acme")).as("still there").hasSize(1);
        }
        assertThat(tenants.run(8, "keys", "reopen", "note.text", "--version", "1", "--tenant", "acme")
                        .err())
                .contains("tenant acme was shredded");
        tenants.clinic().execute("ROLLBACK PREPARED 'held'");
        tenants.runLater(0, shred("--yes"));
        assertThat(tenants.clinic().number(LIVE)).isZero();
    }

    @Test
    void shred_whereARowOfTheTenantDoesNotVerify_isRefused() {
        TenantClinic tenants = TenantClinic.of(folder, 1, "acme");
        tenants.clinic()
                .execute("UPDATE tegula_key SET state = 'RETIRED', retired_at = now() WHERE field = 'note.text'");
        assertThat(tenants.runLater(6, shred("--yes")).err()).contains("It may be a key that was altered");
        assertThat(tenants.clinic().number(LIVE)).isEqualTo(2);
    }

    @Test
    void options_thatSayNothingTogether_areUsage() {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        expect(2, clinic.run("shred"));
        expect(2, clinic.run("shred", "--tenant", "a", "--verify", "b"));
        expect(2, clinic.run("shred", "--verify", "b", "--yes"));
        expect(2, clinic.run("shred", "--tenant", ""));
        expect(7, clinic.run("shred", "--verify", folder.resolve("none.json").toString()));
    }
}
