package dev.tegula.test.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script with a Go and a Python of our own, which note their arguments and make the file that is asked for. */
final class InstallTest {

    @TempDir
    Path directory;

    private Path bin;

    @BeforeEach
    void tools() throws IOException {
        bin = Files.createDirectories(directory.resolve("bin"));
        for (String tool : List.of("bash", "cat", "cksum", "dirname", "mkdir", "mv", "rm", "chmod")) {
            Path program = Stream.of("/bin", "/usr/bin")
                    .map(folder -> Path.of(folder, tool))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            script(tool, "exec " + program + " \"$@\"");
        }
    }

    @Test
    void vault_withoutGo_isOneLineWithTheCure() throws Exception {
        Run run = install("vault");
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.output())
                .containsExactly("tests/servers/install: no Go here to build Vault with: install Go 1.23"
                        + " or newer (https://go.dev/dl), or put vault or bao on the PATH");
    }

    @Test
    void aws_withoutPython_isOneLineWithTheCure() throws Exception {
        Run run = install("aws");
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.output())
                .containsExactly("tests/servers/install: no Python here to run moto with: install"
                        + " Python 3.10 or newer, or put moto_server on the PATH");
    }

    @Test
    void vault_installedAndUnchanged_isNotBuiltAgain() throws Exception {
        goThatBuilds();
        assertThat(install("vault").exitCode()).isZero();
        assertThat(directory.resolve("home/vault/tegula-vault")).isExecutable();
        Run second = install("vault");
        assertThat(second.exitCode()).isZero();
        assertThat(second.output()).singleElement().asString().startsWith("vault: there");
        assertThat(directory.resolve("go.calls")).hasContent("go\n");
    }

    @Test
    void vault_ofAnotherSource_isBuiltAgain() throws Exception {
        goThatBuilds();
        install("vault");
        Files.writeString(directory.resolve("home/vault/built-from"), "another source");
        assertThat(install("vault").exitCode()).isZero();
        assertThat(directory.resolve("go.calls")).hasContent("go\ngo\n");
    }

    @Test
    void vault_whoseBuildFails_leavesNothingBehindAndSaysSo() throws Exception {
        script("go", "exit 1");
        Run run = install("vault");
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.output())
                .last()
                .asString()
                .startsWith("tests/servers/install: the build of tests/servers/vault failed");
        assertThat(directory.resolve("home/vault")).isEmptyDirectory();
    }

    @Test
    void pgbouncer_onThePath_isLinkedAndThenThere() throws Exception {
        script("pgbouncer", "exit 0");
        script("ln", "exec /bin/ln \"$@\"");
        assertThat(install("pgbouncer").exitCode()).isZero();
        assertThat(directory.resolve("home/pgbouncer/pgbouncer")).isExecutable();
        assertThat(install("pgbouncer").output()).singleElement().asString().startsWith("pgbouncer: there");
    }

    @Test
    void chromium_whoseDriverIsOnThePath_isLinkedAndThenThere() throws Exception {
        script("chromedriver", "exit 0");
        script("ln", "exec /bin/ln \"$@\"");
        assertThat(install("chromium").exitCode()).isZero();
        assertThat(directory.resolve("home/chromium/chromedriver")).isExecutable();
        assertThat(install("chromium").output()).singleElement().asString().startsWith("chromium: there");
    }

    @Test
    void chromium_withoutPackages_isOneLineWithTheCure() throws Exception {
        Run run = install("chromium");
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.output())
                .singleElement()
                .asString()
                .startsWith("tests/servers/install: no chromedriver here")
                .endsWith("install the packages chromium and chromium-driver of your system");
    }

    @Test
    void server_thatIsUnknown_isRefused() throws Exception {
        Run run = install("gcp");
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.output()).singleElement().asString().contains("usage: tests/servers/install");
    }

    private void goThatBuilds() throws IOException {
        script(
                "go",
                "echo go >> " + directory.resolve("go.calls"),
                "while [ \"$1\" != -o ]; do shift; done",
                "echo program > \"$2\"",
                "chmod +x \"$2\"");
    }

    private void script(String name, String... lines) throws IOException {
        Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Run install(String server) throws Exception {
        Path script = Path.of("install").toAbsolutePath();
        ProcessBuilder builder = new ProcessBuilder(bin.resolve("bash").toString(), script.toString(), server);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", bin.toString(),
                        "TEGULA_SERVERS_HOME", directory.resolve("home").toString()));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output.lines().toList());
    }

    private record Run(int exitCode, List<String> output) {}
}
