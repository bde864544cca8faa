package dev.tegula.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.sample.LocalSetup.Run;
import dev.tegula.test.servers.NeedsVault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A day with the scripts in {@code dev/}: up, up again, work, a crash, a reboot, down. The steps build on each other,
 * because each set-up takes a while.
 */
@Tag("long")
@NeedsVault(own = true)
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class LocalDevelopmentTest {

    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private static final int PATIENTS = 150;

    private LocalSetup setup;
    private Run first;

    @BeforeAll
    void up(@TempDir Path folder) {
        LocalSetup.assumeVaultProgram();
        setup = new LocalSetup(folder.resolve("dev"));
        first = setup.run("dev/up");
        assertThat(first.exit()).as(first.err()).isZero();
    }

    @AfterAll
    void stopWhatIsLeft() {
        if (setup != null) {
            setup.run("dev/down", "--purge");
        }
    }

    @Test
    @Order(1)
    void up_firstTime_saysWhatThereIs() {
        assertThat(first.out())
                .contains("derived, not exportable", "15 tegula_* tables", "checks passed", "https://127.0.0.1:")
                .doesNotContain("FAILED");
    }

    @Test
    @Order(2)
    void up_secondTime_changesNothingAndSaysTheSame() {
        Map<Path, String> before = files();
        Run second = setup.run("dev/up");
        assertThat(second.exit()).as(second.err()).isZero();
        assertThat(withoutTime(second.out())).isEqualTo(withoutTime(first.out()));
        assertThat(files()).isEqualTo(before);
    }

    @Test
    @Order(3)
    void files_ofTheSetup_areTheirOwnersAlone() {
        assertThat(permissionsBeyondOwner()).isEmpty();
    }

    @Test
    @Order(4)
    void secrets_ofTheSetup_areInNoOutputAndNoConfiguration() throws IOException {
        String said = first.out()
                + first.err()
                + Files.readString(setup.config())
                + Files.readString(setup.home().resolve("clinic/application.yaml"));
        for (String secret : secrets()) {
            assertThat(said).doesNotContain(secret);
        }
    }

    /** After a reboot the number in a pid file may be that of any program, and a port somebody else's. */
    @Test
    @Order(5)
    void up_portAndPidFilesOfOtherPrograms_areTold_andAreNotBelieved() throws IOException {
        Run down = setup.run("dev/down");
        assertThat(down.out()).contains("Stopped: Vault, PostgreSQL.");
        try (ServerSocket other = new ServerSocket(setup.vaultPort(), 1, InetAddress.getLoopbackAddress())) {
            Run refused = setup.run("dev/up");
            assertThat(refused.exit()).isEqualTo(7);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err().strip())
                    .doesNotContain("\n")
                    .contains("port " + other.getLocalPort(), "is in use", "TEGULA_DEV_VAULT_PORT=");
        }
        String ours = Long.toString(ProcessHandle.current().pid());
        Files.writeString(setup.home().resolve("vault/pid"), ours + "\n");
        Files.writeString(setup.home().resolve("postgresql/data/postmaster.pid"), ours + "\n");
        assertThat(setup.run("dev/down").out()).contains("nothing was running");
        Files.writeString(setup.home().resolve("vault/pid"), ours + "\n");
        Run again = setup.run("dev/up");
        assertThat(again.exit()).as(again.err()).isZero();
    }

    @Test
    @Order(6)
    void sample_whileKeysAreRotated_servesEveryRequest() throws Exception {
        Process sample = setup.startSample();
        try {
            ClinicClient client = new ClinicClient(setup.sampleAddress());
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < PATIENTS; i++) {
                ids.add(client.admit("Patient " + i, ssn(i)));
            }
            Set<String> oldKeys = keys(client, ids);
            Run rotation;
            try (Visits visits = Visits.start(client, ids)) {
                rotation = setup.run(
                        "./tegula",
                        "rotate",
                        "patient.*",
                        "--yes",
                        "--config",
                        setup.config().toString());
                visits.awaitOneMoreRound();
            }
            assertThat(rotation.exit()).as(rotation.out() + rotation.err()).isZero();
            assertThat(keys(client, ids)).as("keys after the rotation").doesNotContainAnyElementsOf(oldKeys);
            for (int i = 0; i < PATIENTS; i++) {
                assertThat(client.record(ids.get(i)).path("ssn").asText()).isEqualTo(ssn(i));
            }
            JsonNode shown = client.get("/api/patients/" + ids.get(0));
            assertThat(shown.toString()).contains("Patient 0").doesNotContain(ssn(0), "ssn");
        } finally {
            sample.destroy();
            sample.waitFor();
        }
    }

    @Test
    @Order(7)
    void up_afterBothServersWereKilled_bringsThemBackWithTheirData() throws Exception {
        kill(setup.home().resolve("vault/pid"));
        kill(setup.home().resolve("postgresql/data/postmaster.pid"));
        Run again = setup.run("dev/up");
        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.out()).contains("checks passed");
        Run verified = setup.run(
                "./tegula",
                "verify",
                "patient.ssn",
                "--json",
                "--config",
                setup.config().toString());
        assertThat(verified.exit()).as(verified.out() + verified.err()).isZero();
        assertThat(new ObjectMapper().readTree(verified.out()).at("/opened").asInt())
                .isGreaterThan(PATIENTS);
    }

    @Test
    @Order(8)
    void down_purge_leavesNothingBehind() throws IOException {
        Run down = setup.run("dev/down", "--purge");
        assertThat(down.exit()).as(down.err()).isZero();
        try (Stream<Path> left = Files.list(setup.home())) {
            assertThat(left).isEmpty();
        }
        assertThat(setup.run("dev/down").out()).contains("nothing was running");
    }

    private static String withoutTime(String out) {
        return out.replaceAll("Ready in \\d+ s", "Ready");
    }

    /** The configuration and the secrets with the time of their last change. */
    private Map<Path, String> files() {
        Map<Path, String> files = new TreeMap<>();
        walk().filter(Files::isRegularFile)
                .filter(file -> file.startsWith(setup.home().resolve("secrets"))
                        || file.getParent().equals(setup.home())
                        || file.getParent().equals(setup.home().resolve("vault")))
                .forEach(file -> files.put(file, changed(file) + " " + content(file)));
        assertThat(files).hasSizeGreaterThan(10);
        return files;
    }

    private List<Path> permissionsBeyondOwner() {
        Path programs = setup.home().resolve("postgresql/programs"); // unpacked as they came, and no secret
        return walk().filter(path -> !path.startsWith(programs))
                .filter(path -> !OWNER.containsAll(permissions(path)))
                .toList();
    }

    private List<String> secrets() throws IOException {
        try (Stream<Path> files = Files.list(setup.home().resolve("secrets"))) {
            List<String> secrets = files.flatMap(file -> content(file).lines())
                    .map(line -> line.replaceFirst("^X-Vault-Token: ", "").strip())
                    .filter(line -> line.length() >= 16 && !line.startsWith("-----"))
                    .toList();
            assertThat(secrets).hasSizeGreaterThan(6);
            return secrets;
        }
    }

    private Stream<Path> walk() {
        try (Stream<Path> walk = Files.walk(setup.home())) {
            return walk.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<PosixFilePermission> permissions(Path path) {
        try {
            return Files.getPosixFilePermissions(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileTime changed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void kill(Path pidFile) throws Exception {
        ProcessHandle server = ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(pidFile).get(0)))
                .orElseThrow();
        server.destroyForcibly();
        server.onExit().get();
    }

    /** The ids of the keys that the stored values are under, as the sample shows them. */
    private static Set<String> keys(ClinicClient client, List<String> ids) throws Exception {
        Set<String> keys = new HashSet<>();
        for (String id : ids) {
            client.get("/api/patients/" + id + "/stored")
                    .forEach(value -> keys.add(value.path("keyId").asText()));
        }
        keys.remove(""); // the index, which names no key
        return keys;
    }

    /** Eight-hundreds are nobody else's here. */
    private static String ssn(int i) {
        return "800-00-%04d".formatted(i);
    }
}
