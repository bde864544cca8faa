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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init}, {@code doctor}, {@code schema}, and what they say when something is missing. */
@Recorded
@Tag("long")
class SetupTranscriptsTest {

    @TempDir
    Path folder;

    @Test
    void init_emptyFolder_makesEverythingAndPrintsThePin() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        Transcript run = expect(0, clinic.init());
        assertThat(run.out().lines().filter(line -> line.startsWith("made"))).hasSize(5);
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
        assertThat(again.out().lines().filter(line -> line.startsWith("there"))).hasSize(5);
        assertThat(again.out()).doesNotContain("made ");
        assertThat(Files.readAllBytes(clinic.file())).isEqualTo(file);
        assertThat(Files.readAllBytes(folder.resolve("tegula.keyset"))).isEqualTo(keyset);
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
    void init_thatDiedBeforeItWroteTheFile_isTakenUpAgain() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        String yaml = Files.readString(clinic.file());
        String pin = yaml.replaceFirst("(?s).*registry-pin: \"(\\w+)\".*", "$1");
        String database = clinic.url().replaceFirst(".*/", "");
        Path note = folder.resolve("tegula.yaml." + database + ".pin");
        Files.delete(clinic.file());
        assertThat(expect(8, clinic.init(deployment(yaml))).err()).contains("has a root already");
        Files.writeString(note, pin + "\n");
        assertThat(expect(0, clinic.init(deployment(yaml))).out())
                .containsPattern("there +registry root +" + pin + ", from ")
                .contains("made   configuration");
        assertThat(Files.readString(clinic.file())).contains("registry-pin: \"" + pin + "\"");
        assertThat(note).doesNotExist();
        expect(0, clinic.run("doctor"));
    }

    @Test
    void init_thatDiedBeforeTheRootCommitted_makesAnother() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        String database = clinic.url().replaceFirst(".*/", "");
        Path note = Files.writeString(folder.resolve("tegula.yaml." + database + ".pin"), "ab".repeat(32) + "\n");
        assertThat(expect(0, clinic.init()).out())
                .contains("made   registry root")
                .doesNotContain("abab");
        assertThat(note).doesNotExist();
        expect(0, clinic.run("doctor"));
    }

    @Test
    void init_noteOfAnotherRoot_isNotBelieved() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.initialised(folder);
        Path second = Files.createDirectory(folder.resolve("second"));
        String database = clinic.url().replaceFirst(".*/", "");
        Files.writeString(second.resolve("tegula.yaml." + database + ".pin"), "ab".repeat(32) + "\n");
        expect(8, clinic.in(second).init());
        String pin = Files.readString(clinic.file()).replaceFirst("(?s).*registry-pin: \"(\\w+)\".*", "$1");
        Files.writeString(second.resolve("tegula.yaml." + database + ".pin"), pin + "\n");
        expect(5, clinic.in(second).init());
        assertThat(second.resolve("tegula.yaml")).doesNotExist();
    }

    @Test
    void init_configurationWithoutPin_isToldThePinAsOftenAsNeeded() throws IOException {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        expect(0, clinic.init());
        String yaml = Files.readString(clinic.file());
        clinic.execute("DELETE FROM tegula_key");
        Files.writeString(clinic.file(), yaml.replaceFirst(" +registry-pin: .*\n", ""));
        String first = expect(0, clinic.run("init")).out();
        String pin = first.replaceFirst("(?s).*The pin of \\w+: ([0-9a-f]{64}).*", "$1");
        assertThat(expect(0, clinic.run("init")).out()).contains("The pin of").contains(pin);
        clinic.edit("  databases:\n", "  registry-pin: \"" + pin + "\"\n  databases:\n");
        expect(0, clinic.run("init"));
        try (var files = Files.list(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".pin"))).isEmpty();
        }
    }

    private static String deployment(String yaml) {
        return yaml.replaceFirst("(?s).*deployment: \"([\\w-]+)\".*", "$1");
    }

    @Test
    void init_optionsThatSayNothingTogether_nameWhatIsMissing() {
        String[][] lines = {
            {"--key is missing", "--vault=https://v", "--vault-token-file=t"},
            {"No login for the Vault", "--vault=https://v", "--key=k"},
            {"More than one login", "--vault=https://v", "--vault-token-file=t", "--vault-kubernetes-role=r"},
            {"needs both", "--vault=https://v", "--vault-role-id=r"},
            {"--vault or --aws-region", "--vault=https://v", "--aws-region=eu-central-1"},
            {"Which KMS?", "--vault-token-file=t"},
            {"Which KMS?", "--key=k"},
            {"--key is missing", "--aws-region=eu-central-1"}
        };
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        for (String[] line : lines) {
            String[] arguments = line.clone();
            arguments[0] = "--url=" + clinic.url();
            Transcript run = expect(2, clinic.run(join("init", arguments)));
            assertThat(run.err()).as(line[0]).contains(line[0].replace("--key is", "--key NAME is"));
        }
        assertThat(clinic.file()).doesNotExist();
    }

    private static String[] join(String command, String[] arguments) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(command), java.util.Arrays.stream(arguments))
                .toArray(String[]::new);
    }

    @Test
    void init_dryRunOnAws_namesKeyAndKms() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        assertThat(expect(
                                0,
                                clinic.run(
                                        "init",
                                        "--url",
                                        clinic.url(),
                                        "--aws-region",
                                        "eu-central-1",
                                        "--key",
                                        "alias/clinic",
                                        "--dry-run"))
                        .out())
                .contains("under key alias/clinic of KMS aws")
                .doesNotContain("keyset");
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
        clinic.execute("DROP TABLE tegula_quarantine");
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
