package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.VaultClinic;
import dev.tegula.test.servers.NeedsVault;
import dev.tegula.test.servers.VaultServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on a real Vault: {@code init}, {@code doctor} and every way in which a KEK can be wrong. */
@NeedsVault
@Recorded
@Tag("long")
class VaultTranscriptsTest {

    @TempDir
    Path folder;

    private VaultClinic vault;

    @BeforeEach
    void mount() {
        vault = new VaultClinic(VaultServer.shared(), folder);
    }

    private ClinicDatabase initialised() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        expect(0, init(clinic, VaultClinic.KEY));
        return clinic;
    }

    private Transcript init(ClinicDatabase clinic, String key) {
        List<String> line = new ArrayList<>(List.of("init", "--url", clinic.url(), "--username", "postgres"));
        line.addAll(List.of(vault.initOptions(key)));
        return clinic.run(line.toArray(String[]::new));
    }

    /** The finding of one check, as JSON has it; the exit code is its own. */
    private static JsonNode failed(int exit, Transcript run, String check) {
        for (JsonNode finding : expect(exit, run).json().get("checks")) {
            if (finding.get("check").asText().equals(check)) {
                assertThat(finding.get("state").asText()).as(run.out()).isEqualTo("failed");
                return finding;
            }
        }
        throw new AssertionError("no check `" + check + "` in " + run.out());
    }

    @Test
    void init_onVault_passesDoctor() throws IOException {
        ClinicDatabase clinic = initialised();
        assertThat(Files.readString(clinic.file())).doesNotContain(secretId());
        Transcript run = expect(0, clinic.run("doctor"));
        assertThat(run.out())
                .contains("KEK main: derived")
                .contains("KEK main: TLS")
                .contains("KEK main: clock")
                .contains("1 key unwrapped to the key id")
                .doesNotContain("FAILED");
        assertThat(run.all()).doesNotContain(secretId());
        expect(0, clinic.run("init"));
    }

    @Test
    void init_keyThatIsNotThere_makesNothing() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        assertThat(expect(7, init(clinic, "tegula-mian")).err())
                .contains("has no transit key tegula-mian")
                .contains("vault write -f");
        assertThat(clinic.file()).doesNotExist();
        assertThat(clinic.number("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'tegula%'"))
                .isZero();
    }

    @Test
    void init_misspeltKeyThatTheTokenMayMakeAndNotSee_makesNothing() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        vault.allowToMakeUnseen();
        assertThat(expect(5, init(clinic, "tegula-mian")).err())
                .contains("refuses `read` on " + vault.mount() + "/keys/tegula-mian");
        assertThat(clinic.file()).doesNotExist();
        vault.allow("encrypt");
        assertThat(expect(7, init(clinic, "tegula-mian")).err()).contains("has no transit key tegula-mian");
    }

    @Test
    void doctor_rightToUnwrapTakenAway_isNamedWithThePolicy() {
        ClinicDatabase clinic = initialised();
        vault.allow("encrypt");
        Transcript run = clinic.run("doctor", "--json");
        assertThat(failed(5, run, "KEK main").get("detail").asText()).contains("vault token capabilities");
        assertThat(run.json().get("checks").toString()).contains("needs KEK main");
    }

    @Test
    void doctor_exportableKey_isRefusedWithTheCommandForAnother() {
        ClinicDatabase clinic = withKey(Map.of("derived", true, "exportable", true));
        JsonNode finding = failed(7, clinic.run("doctor", "--json"), "KEK main: exportable");
        assertThat(finding.get("cure").asText()).startsWith("vault write").contains("derived=true");
    }

    @Test
    void doctor_keyThatIgnoresContext_isRefusedWithTheCommandForAnother() {
        ClinicDatabase clinic = withKey(Map.of("derived", false));
        JsonNode finding = failed(7, clinic.run("doctor", "--json"), "KEK main: derived");
        assertThat(finding.get("cure").asText()).startsWith("vault write").contains("derived=true");
        expect(7, clinic.run("keys", "list"));
    }

    @Test
    void doctor_deletionAllowed_isUndoneByItsCure() {
        ClinicDatabase clinic = initialised();
        vault.server().admin().configureKey(vault.mount(), VaultClinic.KEY, Map.of("deletion_allowed", true));
        JsonNode finding = failed(7, clinic.run("doctor", "--json"), "KEK main: deletion");
        assertThat(finding.get("cure").asText()).endsWith("/config deletion_allowed=false");
    }

    @Test
    void doctor_serverOfAnotherAuthority_isNotTrusted() {
        ClinicDatabase clinic = initialised();
        clinic.edit("      ca-file: \"" + vault.server().caFile() + "\"\n", "");
        Transcript run = clinic.run("doctor", "--json");
        assertThat(failed(7, run, "KEK main").get("detail").asText())
                .contains("ca-file")
                .contains("openssl s_client");
    }

    @Test
    void doctor_nobodyListens_isUnavailable() {
        ClinicDatabase clinic = initialised();
        clinic.edit(":" + vault.server().address().getPort(), ":1");
        JsonNode finding = failed(4, clinic.run("doctor", "--json"), "KEK main");
        assertThat(finding.get("cure").asText()).contains("vault status -address=https://");
    }

    @Test
    void doctor_tokenThatEnded_isDenied() {
        ClinicDatabase clinic = initialised();
        String token = vault.token(Duration.ofMinutes(5));
        clinic.edit(yamlOfAppRole(clinic), "        method: \"token\"\n        token-file: \"" + folder + "/token\"\n");
        expect(0, clinic.run("doctor"));
        vault.server().admin().revokeToken(token);
        Transcript run = clinic.run("doctor", "--json");
        assertThat(failed(5, run, "KEK main").get("cure").asText()).contains("vault token lookup");
        assertThat(run.all()).doesNotContain(token);
    }

    @Test
    void doctor_secretIdOpenToOthers_isRefused() throws IOException {
        ClinicDatabase clinic = initialised();
        Files.setPosixFilePermissions(
                folder.resolve("secret-id"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(failed(7, clinic.run("doctor", "--json"), "KEK main")
                        .get("detail")
                        .asText())
                .contains("tegula.kms.vault.auth.secret-id-file")
                .contains("chmod 600");
    }

    @Test
    void doctor_oneKmsOfTwo_asksOnlyThat() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        clinic.edit(
                "  keks:\n",
                "    " + vault.yaml() + "\n  keks:\n    spare: { kms: vault, key: " + VaultClinic.KEY + " }\n");
        assertThat(expect(0, clinic.run("doctor", "--kms", "vault", "--no-database"))
                        .out())
                .contains("KEK spare: derived")
                .doesNotContain("KEK main");
        assertThat(expect(0, clinic.run("doctor", "--kms", "vault")).out())
                .contains("skipped")
                .contains("the registry's root needs KEK main");
        expect(7, clinic.run("doctor", "--kms", "valt"));
    }

    @Test
    void rewrap_fromKeysetToVaultAndItsNextVersion_leavesValuesAlone() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 3);
        clinic.edit(
                "  keks:\n",
                "    " + vault.yaml() + "\n  keks:\n    vault: { kms: vault, key: " + VaultClinic.KEY + " }\n");
        expect(0, clinic.run("keys", "backup"));
        assertThat(expect(0, clinic.run("keys", "rewrap", "--all", "--to", "vault", "--yes"))
                        .out())
                .contains("is wrapped under vault version 1")
                .contains("KEK main, version");
        assertThat(expect(0, clinic.run("keys", "list", "--behind")).out()).contains("No key matches.");
        vault.server().admin().rotateKey(vault.mount(), VaultClinic.KEY);
        assertThat(expect(0, clinic.run("keys", "list", "--behind")).out()).contains("patient.ssn");
        expect(0, clinic.run("keys", "backup"));
        assertThat(expect(0, clinic.run("keys", "rewrap", "--all")).out())
                .contains("is wrapped under vault version 2")
                .contains("KEK vault, version 1, must stay usable until");
        vault.server().admin().configureKey(vault.mount(), VaultClinic.KEY, Map.of("min_decryption_version", 2));
        expect(0, clinic.run("verify", "patient.ssn"));
        assertThat(expect(0, clinic.run("doctor")).out()).doesNotContain("FAILED");
    }

    /** A configuration whose key has other parameters than those that fit. */
    private ClinicDatabase withKey(Map<String, ?> parameters) {
        ClinicDatabase clinic = initialised();
        vault.server().admin().createKey(vault.mount(), "tegula-odd", parameters);
        clinic.edit("key: \"" + VaultClinic.KEY + "\"", "key: \"tegula-odd\"");
        return clinic;
    }

    private String yamlOfAppRole(ClinicDatabase clinic) {
        try {
            String yaml = Files.readString(clinic.file());
            int from = yaml.indexOf("        method:");
            return yaml.substring(from, yaml.indexOf("  keks:"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String secretId() throws IOException {
        return Files.readString(folder.resolve("secret-id")).strip();
    }
}
