package dev.tegula.cli;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.Launcher.Ran;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.config.Configuration;
import dev.tegula.config.KekServices;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SnapshotFile;
import dev.tegula.secret.SnapshotTerms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code tegula run --snapshot} as real processes: with a database, without one, and with a file that is not as it should be. */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class RunSnapshotTest {

    private static final String KEY = "app/prod/stripe-key";

    @TempDir
    static Path folder;

    private static ClinicDatabase clinic;
    private static Launcher launcher;
    private static Path away;

    private final Path file = folder.resolve("app.snapshot");

    @BeforeAll
    static void start() throws Exception {
        clinic = ClinicDatabase.initialised(folder);
        clinic.declare("app/prod", "app/test");
        for (String namespace : List.of("app/prod", "app/test")) {
            expect(0, clinic.run("keys", "create", "tegula.secret", "--tenant", namespace, "--activate"));
            expect(0, clinic.pipe("canary-1", "secrets", "put", namespace + "/stripe-key"));
        }
        launcher = Launcher.install(folder);
        away = folder.resolve("away.yaml");
        Files.writeString(away, Files.readString(clinic.file()).replace(":" + ClinicDatabase.port() + "/", ":1/"));
        Files.setPosixFilePermissions(away, PosixFilePermissions.fromString("rw-------"));
    }

    @BeforeEach
    void make() throws Exception {
        Files.deleteIfExists(file);
        expect(0, clinic.pipe("canary-1", "secrets", "put", KEY));
        expect(
                0,
                clinic.run(
                        "secrets",
                        "snapshot",
                        "app/prod",
                        "--kek",
                        "main",
                        "--max-age",
                        "24h",
                        "--out",
                        file.toString()));
    }

    private Ran run(Path configuration, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("--snapshot", file.toString()));
        words.addAll(List.of(more));
        if (!words.contains("--")) {
            words.addAll(List.of("app/prod", "--", "sh", "-c", "echo $$ $STRIPE_KEY"));
        }
        return launcher.end(launcher.begin(configuration, Map.of(), launcher.run(words.toArray(String[]::new))));
    }

    private void made(Instant at, Duration maxAge) throws Exception {
        Configuration configuration = ConfigurationFile.read(clinic.file(), Map.of());
        try (KekServices services = new KekServices(configuration)) {
            SnapshotTerms terms = new SnapshotTerms(
                    configuration.deployment(),
                    List.of(new SecretName("app/prod")),
                    at.truncatedTo(ChronoUnit.MICROS),
                    maxAge,
                    "main");
            Files.write(
                    file,
                    SnapshotFile.write(
                            terms,
                            List.of(),
                            services.binding(configuration.keks().get("main")).kek(),
                            new SecureRandom()));
        }
    }

    private static void refused(Ran ran, int code, String... why) {
        assertThat(ran.err()).contains(why).doesNotContain("canary");
        assertThat(ran.code()).isEqualTo(code);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void online_takesTheValuesOfTheDatabaseAndMakesTheFileAnew() throws Exception {
        byte[] before = Files.readAllBytes(file);
        expect(0, clinic.pipe("canary-2", "secrets", "put", KEY));

        Ran online = run(clinic.file());
        assertThat(online.err()).isEmpty();
        assertThat(online.out()).isEqualTo(online.pid() + " canary-2\n");
        assertThat(Files.readAllBytes(file)).isNotEqualTo(before);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Ran offline = run(away, "--offline");
        assertThat(offline.out()).isEqualTo(offline.pid() + " canary-2\n");
        assertThat(offline.err())
                .contains("The values are those of the snapshot", "ago.")
                .doesNotContain("Not online");
    }

    @Test
    void withoutADatabase_takesTheFile_andSaysSo() throws Exception {
        Ran ran = run(away);
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo(ran.pid() + " canary-1\n");
        assertThat(ran.err()).contains("warning: Not online: ", "The values are those of the snapshot");
    }

    @Test
    void denialOrMissingSecret_neverTakesTheFile() throws Exception {
        expect(0, clinic.run("secrets", "delete", KEY, "--yes"));
        refused(run(clinic.file()), 8, "there is no secret below app/prod");
        refused(run(clinic.file(), "--env", "STRIPE_KEY=" + KEY, "--", "true"), 8, KEY + " was deleted");
        Path denied = folder.resolve("denied.yaml");
        clinic.execute("DROP ROLE IF EXISTS stranger");
        clinic.execute("CREATE ROLE stranger LOGIN");
        Files.writeString(
                denied, Files.readString(clinic.file()).replace("username: \"postgres\"", "username: \"stranger\""));
        Files.setPosixFilePermissions(denied, PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(denied)).contains("stranger");
        refused(run(denied), 5, "denied");
    }

    @Test
    void tooOld_orMadeLaterThanNow_isRefused() throws Exception {
        made(Instant.now().minus(Duration.ofHours(2)), Duration.ofHours(1));
        refused(run(away), 8, "more than its max age of 3600 seconds ago");
        made(Instant.now().plus(Duration.ofHours(1)), Duration.ofHours(24));
        refused(run(away, "--offline"), 8, "one of them is wrong");
    }

    @Test
    void otherPrefix_orSecretThatWasNotThere_isRefused() throws Exception {
        refused(run(away, "app/test", "--", "true"), 8, "does not hold what is at and below app/test");
        refused(
                run(away, "--offline", "--env", "A=app/test/stripe-key", "--env", "B=app/prod/absent", "--", "true"),
                8,
                "A: The snapshot does not hold",
                "B: There is no secret app/prod/absent");
    }

    @Test
    void otherDeployment_isRefused() throws Exception {
        Path other = folder.resolve("other.yaml");
        Files.writeString(
                other, Files.readString(away).replaceFirst("(?m)^  deployment: .*$", "  deployment: \"another\""));
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(other)).contains("another");
        refused(run(other, "--offline"), 8, "of another deployment than another");
    }

    @Test
    void oneChangedByte_isRefused_andOnlineIsNotMadeAnewFromIt() throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 20] ^= 1;
        Files.write(file, bytes);
        refused(run(away), 6, "The snapshot does not open under KEK `main`");
        Ran online = run(clinic.file());
        assertThat(online.out()).isEqualTo(online.pid() + " canary-1\n");
        assertThat(online.err()).contains("The snapshot was not made again: The snapshot does not open");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void fileThatOthersRead_orIsNone_isRefused() throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        refused(run(away, "--offline"), 7, "has mode 0644");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "canary");
        refused(run(away, "--offline"), 8, "is no snapshot of secrets");
        Files.delete(file);
        refused(run(away, "--offline"), 7, "does not exist");
        assertThat(run(clinic.file(), "--offline", "--", "true").code()).isEqualTo(2);
    }
}
