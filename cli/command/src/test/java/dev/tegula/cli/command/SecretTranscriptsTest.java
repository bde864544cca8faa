package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets from the command line. */
@Recorded
@Tag("long")
class SecretTranscriptsTest {

    private static final String KEY = "app/prod/stripe-key";
    private static final String CREATE_KEY = "tegula.secret";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void start() {
        clinic = ClinicDatabase.initialised(folder);
        clinic.declare("app/prod", "app/test");
    }

    private void keys() {
        expect(0, clinic.run("keys", "create", CREATE_KEY, "--tenant", "app/prod", "--activate"));
    }

    private Transcript put(String value, String... more) {
        String[] line = new String[more.length + 3];
        line[0] = "secrets";
        line[1] = "put";
        line[2] = KEY;
        System.arraycopy(more, 0, line, 3, more.length);
        return clinic.pipe(value, line);
    }

    @Test
    void put_withoutAKey_namesTheCommandThatMakesOne_andThenWorks() {
        assertThat(expect(0, put("canary-1", "--dry-run")).out()).contains("has no key yet");
        assertThat(expect(7, put("canary-1")).err())
                .contains("tegula keys create tegula.secret --tenant app/prod --activate");
        keys();
        expect(0, put("canary-1"));
        assertThat(expect(0, clinic.run("secrets", "get", KEY)).out()).isEqualTo("canary-1");
    }

    @Test
    void put_get_history_list_rollback_destroy() {
        keys();
        expect(0, put("canary-1\n", "--note", "of the test account", "--expires", "90d"));
        expect(0, put("canary-2\n", "--exact"));
        assertThat(expect(0, clinic.run("secrets", "get", KEY)).out()).isEqualTo("canary-2\n");
        assertThat(expect(0, clinic.run("secrets", "get", KEY, "--version", "1"))
                        .out())
                .isEqualTo("canary-1");
        expect(0, clinic.run("secrets", "rollback", KEY, "--to", "1", "--dry-run"));
        expect(0, clinic.run("secrets", "rollback", KEY, "--to", "1"));
        expect(0, clinic.run("secrets", "destroy", KEY, "--version", "2", "--dry-run"));
        expect(2, clinic.run("secrets", "destroy", KEY, "--version", "2"));
        expect(0, clinic.run("secrets", "destroy", KEY, "--version", "2", "--yes"));
        expect(0, clinic.run("secrets", "destroy", KEY, "--version", "2", "--yes"));
        expect(8, clinic.run("secrets", "destroy", KEY, "--version", "3", "--yes"));
        expect(8, clinic.run("secrets", "get", KEY, "--version", "2"));
        expect(8, clinic.run("secrets", "rollback", KEY, "--to", "2"));
        expect(8, clinic.run("secrets", "rollback", KEY, "--to", "9"));
        assertThat(expect(0, clinic.run("secrets", "history", KEY)).out())
                .contains("alice, database user postgres")
                .doesNotContain("canary");
        assertThat(expect(0, clinic.run("secrets", "list")).all()).doesNotContain("canary");
        assertThat(expect(0, clinic.run("secrets", "list", "app/test")).out()).contains("No secret matches.");
        assertThat(expect(7, clinic.run("secrets", "list", "ap/prod")).err()).contains("No namespace holds ap/prod");
        assertThat(clinic.number("SELECT count(*) FROM tegula_secret_version WHERE value IS NULL"))
                .isEqualTo(1);
    }

    @Test
    void delete_hides_andUndeleteBringsBack() {
        keys();
        expect(0, put("canary-1"));
        expect(0, clinic.run("secrets", "delete", KEY, "--dry-run"));
        expect(2, clinic.run("secrets", "delete", KEY));
        expect(0, clinic.run("secrets", "delete", KEY, "--yes"));
        expect(0, clinic.run("secrets", "delete", KEY, "--yes"));
        expect(8, clinic.run("secrets", "get", KEY));
        expect(0, clinic.run("secrets", "undelete", KEY, "--dry-run"));
        expect(0, clinic.run("secrets", "undelete", KEY));
        expect(0, clinic.run("secrets", "undelete", KEY));
        assertThat(expect(0, clinic.run("secrets", "get", KEY)).out()).isEqualTo("canary-1");
    }

    @Test
    void ifVersion_thatDoesNotHold_changesNothing() {
        keys();
        expect(0, put("canary-1", "--if-version", "0"));
        expect(8, put("canary-2", "--if-version", "0"));
        expect(0, put("canary-2", "--if-version", "0", "--dry-run"));
        expect(8, put("canary-2", "--if-version", "2"));
        expect(0, put("canary-2", "--if-version", "1"));
        expect(8, clinic.run("secrets", "delete", KEY, "--if-version", "1", "--yes"));
        assertThat(clinic.number("SELECT current_version FROM tegula_secret")).isEqualTo(2);
    }

    @Test
    void badInput_isAClearFailureAndChangesNothing() throws IOException {
        keys();
        Path large = folder.resolve("large");
        Files.write(large, new byte[(1 << 20) + 1]);
        assertThat(expect(2, clinic.run("secrets", "put", KEY, "canary-1")).all())
                .doesNotContain("canary");
        assertThat(expect(2, clinic.run("secrets", "put", KEY, "--value=canary-1"))
                        .all())
                .doesNotContain("canary");
        assertThat(expect(2, clinic.pipe("x", "secrets", "put", "App/Canary-1")).all())
                .doesNotContain("Canary");
        expect(7, clinic.pipe("canary-1", "secrets", "put", "app/production/key"));
        expect(7, clinic.run("secrets", "get", "other/key"));
        expect(8, clinic.run("secrets", "put", KEY, "--file", large.toString()));
        expect(
                7,
                clinic.run(
                        "secrets",
                        "put",
                        KEY,
                        "--file",
                        folder.resolve("absent").toString()));
        expect(2, clinic.run("secrets", "put", KEY, "--file", large.toString(), "--generate", "32"));
        expect(2, clinic.run("secrets", "put", KEY, "--generate", "8"));
        expect(2, put("canary-1", "--expires", "tomorrow"));
        expect(2, clinic.answer("canary-1", "secrets", "put", KEY));
        expect(8, clinic.run("secrets", "get", KEY));
        expect(8, clinic.run("secrets", "history", KEY));
        expect(8, clinic.run("secrets", "delete", KEY, "--yes"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_secret")).isZero();
    }

    @Test
    void json_holdsTheValueInGetAndNowhereElse() {
        keys();
        assertThat(expect(0, put("canary-1", "--json", "--expires", "1d")).all())
                .doesNotContain("canary");
        assertThat(expect(0, clinic.run("secrets", "get", KEY, "--json"))
                        .json()
                        .path("value")
                        .asText())
                .isEqualTo("canary-1");
        assertThat(expect(0, clinic.run("secrets", "history", KEY, "--json")).all())
                .doesNotContain("canary");
        assertThat(expect(0, clinic.run("secrets", "list", "--json")).all()).doesNotContain("canary");
        assertThat(expect(0, clinic.run("secrets", "rollback", KEY, "--to", "1", "--json"))
                        .all())
                .doesNotContain("canary");
        assertThat(expect(8, put("canary-2", "--json", "--if-version", "9")).all())
                .doesNotContain("canary");
        assertThat(expect(0, put("canary-2", "--json", "--dry-run")).all()).doesNotContain("canary");
        expect(0, clinic.run("secrets", "delete", KEY, "--yes", "--json"));
        expect(0, clinic.run("secrets", "undelete", KEY, "--json"));
        expect(0, clinic.run("secrets", "destroy", KEY, "--version", "1", "--yes", "--json"));
    }

    @Test
    void get_ofBytesThatAreNoText_isExact_andBase64InJson() throws IOException {
        keys();
        byte[] bytes = {(byte) 0xc3, 0x28, 0, 27};
        Path in = folder.resolve("in.bin");
        Path out = folder.resolve("out.bin");
        Files.write(in, bytes);
        expect(0, clinic.run("secrets", "put", KEY, "--file", in.toString()));
        expect(0, clinic.run("secrets", "get", KEY, "--out", out.toString()));
        assertThat(out).hasBinaryContent(bytes);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
        assertThat(expect(0, clinic.run("secrets", "get", KEY, "--json"))
                        .json()
                        .path("base64")
                        .asText())
                .isEqualTo("wygAGw==");
        assertThat(clinic.run("secrets", "get", KEY, "--out", out.toString()).exit())
                .isNotZero();
        assertThat(expect(2, clinic.answer("", "secrets", "get", KEY)).err()).contains("control characters");
    }

    @Test
    void generate_makesAValueThatNobodyIsShown() {
        keys();
        expect(0, clinic.run("secrets", "put", KEY, "--generate", "32"));
        Transcript first = clinic.unrecorded("secrets", "get", KEY);
        assertThat(first.out()).matches("[A-Za-z0-9]{32}");
        expect(0, clinic.run("secrets", "put", KEY, "--generate", "64:hex"));
        assertThat(clinic.unrecorded("secrets", "get", KEY).out()).matches("[0-9a-f]{64}");
    }

    @Test
    void expired_isListedAndSaidWithTheValue() {
        keys();
        expect(0, put("canary-1", "--expires", "1ms"));
        assertThat(expect(0, clinic.run("secrets", "list", "--expired")).out()).contains("(expired)");
        assertThat(expect(0, clinic.run("secrets", "get", KEY)).err()).contains("expired at");
        assertThat(expect(0, clinic.run("secrets", "list", "--older-than", "90d"))
                        .out())
                .contains("No secret matches.");
        assertThat(expect(0, clinic.run("secrets", "list", "app/prod", "--expired", "--older-than", "1ms"))
                        .out())
                .contains("(expired)");
        assertThat(expect(0, clinic.run("secrets", "list", "app/prod", "--expired", "--older-than", "90d"))
                        .out())
                .contains("No secret matches.");
    }

    @Test
    void rowEditedByHand_isNamedAndNotUsed() {
        keys();
        expect(0, put("canary-1"));
        expect(0, put("canary-2"));
        clinic.execute("UPDATE tegula_secret SET current_version = 1");
        expect(6, clinic.run("secrets", "get", KEY));
        expect(6, clinic.run("secrets", "list"));
        expect(6, clinic.run("secrets", "list", "--json"));
        expect(6, put("canary-3"));
        assertThat(expect(6, clinic.run("doctor")).out()).contains("tegula_secret", KEY);
    }

    @Test
    void versionOrHeadEditedByHand_isNamedByDoctor() {
        keys();
        expect(0, put("canary-1"));
        expect(0, put("canary-2"));
        assertThat(expect(0, clinic.run("doctor")).out()).contains("1 secret, the seals of 2 versions verify");
        clinic.execute("UPDATE tegula_secret_version SET created_by = 'somebody' WHERE version = 1");
        assertThat(expect(6, clinic.run("doctor")).out()).contains(KEY + ": a row of it in tegula_secret_version");
        clinic.execute("DELETE FROM tegula_secret_version; DELETE FROM tegula_secret;"
                + " UPDATE tegula_audit_head SET seq = seq + 1 WHERE chain = 0");
        assertThat(expect(6, clinic.run("doctor")).out()).contains("The head of chain 0", "tegula audit verify");
    }

    @Test
    void rotate_status_andRewrap_workOnSecrets() {
        keys();
        expect(0, put("canary-1"));
        expect(0, put("canary-2"));
        expect(0, clinic.run("status"));
        expect(0, clinic.run("rotate", "tegula.secret", "--all-tenants", "--yes"));
        expect(0, clinic.run("verify", "tegula.secret"));
        expect(0, clinic.run("doctor"));
        assertThat(expect(0, clinic.run("secrets", "get", KEY)).out()).isEqualTo("canary-2");
        expect(0, clinic.run("rotate", "tegula.secret", "--tenant", "app/prod", "--yes"));
        assertThat(expect(0, clinic.run("secrets", "get", KEY, "--version", "1"))
                        .out())
                .isEqualTo("canary-1");
    }
}
