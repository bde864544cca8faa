package dev.tegula.kek;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.Tegula;
import dev.tegula.TegulaBuilder;
import dev.tegula.cli.command.CommandTree;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import dev.tegula.config.Configuration;
import dev.tegula.kms.Kms;
import dev.tegula.kms.aws.AwsKms;
import dev.tegula.kms.tink.TinkKms;
import dev.tegula.kms.vault.AppRole;
import dev.tegula.kms.vault.VaultKms;
import dev.tegula.registry.KeyRow;
import dev.tegula.test.servers.AwsKmsServer;
import dev.tegula.test.servers.VaultAdmin;
import dev.tegula.test.servers.VaultServer;
import dev.tegula.testing.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * A clinic in a database of its own, set up with {@code tegula init} under a Tink keyset, with a KEK in a real Vault and
 * one in an AWS KMS configured beside it; values of three fields, one of them with a key for each tenant, one rotated.
 */
final class MoveLab {

    static final String TINK = "main";
    static final String VAULT = "vault";
    static final String AWS = "aws";

    private final Path folder;
    private final TestDatabase database = TestDatabase.create();
    private final ClinicData data;
    private final String vaultKey;
    private final String awsKey;
    private final String roleId;

    private MoveLab(Path folder) throws IOException {
        this.folder = folder;
        this.data = new ClinicData(dataSource());
        VaultAdmin vault = VaultServer.shared().admin();
        vaultKey = "move-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        vault.mountTransit("transit");
        vault.createKey("transit", vaultKey);
        vault.writePolicy(vaultKey, policy(vaultKey));
        roleId = vault.createAppRole(vaultKey, Duration.ofMinutes(10), Duration.ofHours(1), vaultKey);
        Path secretId = Files.writeString(folder.resolve("secret-id"), vault.createSecretId(vaultKey));
        Files.setPosixFilePermissions(secretId, PosixFilePermissions.fromString("rw-------"));
        awsKey = AwsKmsServer.shared().createKey();
    }

    static MoveLab start(Path folder) throws IOException, SQLException {
        MoveLab lab = new MoveLab(folder);
        lab.run(0, "init", "--url", lab.url(), "--username", "postgres");
        lab.configure();
        lab.fill();
        lab.run(0, "keys", "backup", "--yes");
        return lab;
    }

    /** What the documentation says an operator needs, for this key. */
    private static String policy(String key) throws IOException {
        return Files.readString(Path.of("../../docs/policies/vault-operator.hcl"))
                .replace("tegula-main", key);
    }

    private void configure() throws IOException {
        VaultServer vault = VaultServer.shared();
        String kms =
                "  kms:\n    vault: { type: vault, address: \"" + vault.address() + "\", ca-file: " + vault.caFile()
                        + ", timeout: 5s,\n      auth: { method: approle, role-id: " + roleId
                        + ", secret-id-file: secret-id } }\n"
                        + "    aws: { type: aws, region: " + AwsKmsServer.REGION + ", endpoint: \""
                        + AwsKmsServer.shared().endpoint() + "\", timeout: 5s }\n";
        String keks = "  keks:\n    " + VAULT + ": { kms: vault, key: " + vaultKey + " }\n    " + AWS
                + ": { kms: aws, key: \"" + awsKey + "\" }\n";
        String yaml = Files.readString(file());
        String changed = yaml.replaceFirst("(?m)^  kms:\\n", kms).replaceFirst("(?m)^  keks:\\n", keks);
        assertThat(changed).as(yaml).contains("type: vault", "kms: aws");
        Files.writeString(file(), changed);
    }

    /** Gives a KEK branch keys of this mode. */
    void branch(String alias, String mode) {
        edit("(    " + alias + ": \\{ kms: \\S+, key: \\S+) \\}", "$1, branch: " + mode + " }");
    }

    /** Takes them back out of the configuration. */
    void noBranch(String alias, String mode) {
        edit("(    " + alias + ": \\{ kms: \\S+, key: \\S+), branch: " + mode + " \\}", "$1 }");
    }

    private void edit(String pattern, String replacement) {
        try {
            String yaml = Files.readString(file());
            String changed = yaml.replaceFirst(pattern, replacement);
            assertThat(changed).as(yaml).isNotEqualTo(yaml);
            Files.writeString(file(), changed);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives the key in Vault a newer version. */
    void rotateInVault() {
        VaultServer.shared().admin().rotateKey("transit", vaultKey);
    }

    /** The first half of the values is under another key of its field than the second. */
    private void fill() throws SQLException {
        try (Tegula tegula = engine(TINK, VAULT, AWS)) {
            data.create();
            data.write(tegula, 0, ClinicData.ROWS / 2);
            run(0, "keys", "create", "patient.ssn", "--yes");
            run(0, "keys", "backup", "patient.ssn", "--yes");
            run(0, "keys", "activate", "patient.ssn", "--version", "2", "--yes");
            tegula.keyring().dropLeases();
            data.write(tegula, ClinicData.ROWS / 2, ClinicData.ROWS);
        }
    }

    /** What the application stored. */
    ClinicData data() {
        return data;
    }

    /** An application's engine that knows these KEKs and no others. */
    Tegula engine(String... aliases) {
        Configuration configuration = ConfigurationFile.read(file(), Map.of());
        TegulaBuilder builder = Tegula.builder(configuration.deployment());
        for (String alias : aliases) {
            switch (alias) {
                case TINK -> builder.kek(alias, tink(), TinkKms.KEY);
                case VAULT -> builder.kek(alias, vault(), vaultKey);
                default -> builder.kek(alias, aws(), awsKey);
            }
        }
        return builder.registry(dataSource(), configuration.database("").pins().toArray(String[]::new))
                .createKeysOnDemand()
                .build();
    }

    private Kms tink() {
        return TinkKms.open(only("keyset"), only("passphrase"));
    }

    /** The file of {@code tegula init} whose name says what it is. */
    private Path only(String word) {
        try (var files = Files.walk(folder)) {
            return files.filter(path -> Files.isRegularFile(path)
                            && path.getFileName().toString().contains(word)
                            && !path.toString().endsWith(".lock"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Kms vault() {
        return VaultKms.builder()
                .address(VaultServer.shared().address())
                .caFile(VaultServer.shared().caFile())
                .auth(AppRole.of(roleId, folder.resolve("secret-id")))
                .timeout(Duration.ofMinutes(1))
                .build();
    }

    private static Kms aws() {
        return AwsKms.builder()
                .region(AwsKmsServer.REGION)
                .endpoint(AwsKmsServer.shared().endpoint())
                .timeout(Duration.ofMinutes(1))
                .build();
    }

    /** Every key, the registry's root too, in the order in which the command line takes them. */
    List<KeyRow> keys() {
        try (Tegula tegula = engine(TINK, VAULT, AWS)) {
            return tegula.lifecycle(row -> {
                        throw new IllegalStateException("nothing is retired here");
                    })
                    .list();
        }
    }

    /** Runs a command as an operator's shell does; what it printed if it ended as expected. */
    String run(int exit, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Console console =
                new Console(new StringReader(""), new PrintWriter(out), new PrintWriter(err), Terminal.none());
        int came = CommandTree.run(console, Map.of(), line(arguments).toArray(String[]::new));
        assertThat(came)
                .as(() -> String.join(" ", arguments) + "\n" + out + err)
                .isEqualTo(exit);
        return out.toString();
    }

    /** The same as a process of its own. */
    Process spawn(Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Daws.accessKeyId=test",
                "-Daws.secretAccessKey=test",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tegula.cli.Main"));
        command.addAll(line(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private List<String> line(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--config=" + file());
        return line;
    }

    static JsonNode json(String document) {
        try {
            return new ObjectMapper().readTree(document);
        } catch (IOException e) {
            throw new IllegalStateException(document, e);
        }
    }

    private Path file() {
        return folder.resolve("tegula.yaml");
    }

    private String url() {
        return database.url();
    }

    DataSource dataSource() {
        return database.dataSource();
    }
}
