package dev.tegula.cli;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.Launcher.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the shell of the launcher does by itself: to streams that are closed, to the environment, to its own variables, to signals. */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class RunShellTest {

    /** With its name, the sign of equality and the NUL at its end, what Linux takes. */
    private static final int LONGEST = 32 * 4096;

    @TempDir
    static Path folder;

    private static ClinicDatabase clinic;
    private static Launcher launcher;

    @BeforeAll
    static void start() throws Exception {
        clinic = ClinicDatabase.initialised(folder);
        clinic.declare("app/prod");
        expect(0, clinic.run("keys", "create", "tegula.secret", "--tenant", "app/prod", "--activate"));
        expect(0, clinic.pipe("canary-1", "secrets", "put", "app/prod/stripe-key"));
        expect(0, clinic.pipe("canary-2", "secrets", "put", "app/prod/db/password"));
        expect(0, clinic.pipe("a".repeat(LONGEST - "FITS=".length() - 1), "secrets", "put", "app/prod/fits"));
        expect(0, clinic.pipe("a".repeat(LONGEST - "FITS=".length()), "secrets", "put", "app/prod/long"));
        launcher = Launcher.install(folder);
    }

    private static Ran end(Map<String, String> environment, List<String> command) throws Exception {
        return launcher.end(launcher.begin(clinic.file(), environment, command));
    }

    private static Ran run(String... arguments) throws Exception {
        return end(Map.of(), launcher.run(arguments));
    }

    /** The launcher, with descriptors that are closed or lead elsewhere. */
    private static Ran redirected(String redirection, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "exec \"$@\" " + redirection,
                "sh",
                launcher.script().toString()));
        command.addAll(List.of(arguments));
        return end(Map.of(), command);
    }

    @Test
    void stdin_thatIsClosed_isNoValue() throws Exception {
        Ran put = redirected("<&-", "secrets", "put", "app/prod/closed");
        Ran imported = redirected("<&-", "secrets", "import", "app/prod", "--from", "dotenv", "--yes");

        assertThat(put.code()).isEqualTo(2);
        assertThat(put.err()).contains("usage: stdin cannot be read (", "it was closed");
        assertThat(imported.code()).isEqualTo(2);
        assertThat(imported.err()).contains("usage: stdin cannot be read (");
        assertThat(expect(0, clinic.run("secrets", "list", "app/prod")).out()).doesNotContain("closed");
    }

    @Test
    void streams_thatAreClosed_keepNoCommandFromItsStart() throws Exception {
        assertThat(redirected("<&- >&- 2>&-", "run", "app/prod/db", "--", "sh", "-c", "exit 42")
                        .code())
                .isEqualTo(42);
        assertThat(redirected(">&-", "secrets", "get", "app/prod/stripe-key").code())
                .isEqualTo(3);
    }

    @Test
    void variable_thatTheShellCannotHandOn_isHandedOnOrNothingStarts() throws Exception {
        Map<String, String> odd = Map.of("spring.datasource.url", "kept", "with-dash", "kept");
        List<String> command = launcher.run("app/prod/db", "--", "printenv", "spring.datasource.url", "with-dash");

        Ran ran = end(odd, command);

        if (ran.code() == 0) {
            assertThat(ran.out()).isEqualTo("kept\nkept\n");
        } else {
            assertThat(ran.code()).isEqualTo(8);
            assertThat(ran.err())
                    .contains("the environment holds spring.datasource.url, with-dash, and the shell that becomes")
                    .doesNotContain("kept");
        }
        assumeRuns("bash", "-c", "true");
        command.add(0, "bash");
        assertThat(end(odd, command).out()).isEqualTo("kept\nkept\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash", "bash --posix"})
    void variable_thatAShellKeepsForItself_hasTheValueOrNothingStarts(String shell) throws Exception {
        assumeRuns("bash", "-c", "true");
        for (String name : List.of("GROUPS", "RANDOM", "SHLVL")) {
            List<String> command = new ArrayList<>(List.of(shell.split(" ", -1)));
            command.addAll(launcher.run("--override", "--env", name + "=app/prod/stripe-key", "--", "printenv", name));

            Ran ran = end(Map.of(), command);

            if (ran.code() == 0) {
                assertThat(ran.out()).as(name).isEqualTo("canary-1\n");
            } else {
                assertThat(ran.code()).as(name).isEqualTo(8);
                assertThat(ran.err()).contains(name).doesNotContain("canary");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash", "bash --posix"})
    void value_thatAShellWouldComplainOf_isInNoMessage(String shell) throws Exception {
        assumeRuns("bash", "-c", "true");
        List<String> command = new ArrayList<>(List.of(shell.split(" ", -1)));
        command.addAll(launcher.run("--override", "--env", "LC_ALL=app/prod/stripe-key", "--", "printenv", "LC_ALL"));

        Ran ran = end(Map.of(), command);

        assertThat(ran.out()).isEqualTo("canary-1\n");
        assertThat(ran.err()).doesNotContain("canary");
    }

    @Test
    void variable_thatIsAskedForTwice_startsNothing() throws Exception {
        Ran ran = run("--env=A=app/prod/stripe-key", "--env", "A=app/prod/db/password", "--", "touch", "started-twice");

        assertThat(ran.code()).isEqualTo(8);
        assertThat(ran.err()).contains("A would be app/prod/stripe-key (--env A) and app/prod/db/password (--env A)");
        assertThat(folder.resolve("started-twice")).doesNotExist();
        assertThat(run("--env", "canary", "--", "true").err())
                .startsWith("usage: ")
                .doesNotContain("canary");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void value_thatIsLongerThanAVariable_isNamedAndStartsNothing() throws Exception {
        Ran fits = run("--env", "FITS=app/prod/fits", "--", "sh", "-c", "echo ${#FITS}");
        Path file = Files.writeString(folder.resolve("long.env"), "PLAIN=" + "a".repeat(LONGEST) + "\n");
        Ran tooLong = run("--env", "LONG=app/prod/long", "--env-file", file.toString(), "--", "true");

        assertThat(fits.out()).isEqualTo(LONGEST - "FITS=".length() - 1 + "\n");
        assertThat(tooLong.code()).isEqualTo(8);
        assertThat(tooLong.err())
                .contains(
                        "LONG: app/prod/long is longer than a variable of Linux can be",
                        "a file may: --env LONG_FILE=@app/prod/long",
                        "PLAIN: its value is longer than")
                .doesNotContain("aaaa");
    }

    @Test
    void firstProcessOfAContainer_thatIsToldToEndDuringTheLookUp_startsNothing() throws Exception {
        assumeRuns("unshare", "--fork", "--pid", "true");
        Path place = Files.createDirectories(folder.resolve("slow"));
        Path java = Files.createDirectories(place.resolve("bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/sh
                case $* in *-XshowSettings*) echo '    java.specification.version = 17' >&2; exit 0 ;; esac
                case $* in *ClassDataTraining* | *-Xshare:dump*) exit 1 ;; esac
                : >looking
                until [ -e go ]; do sleep 0.05; done
                echo tegula_start=yes >&3
                """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> command = new ArrayList<>(List.of("unshare", "--fork", "--pid"));
        command.addAll(launcher.run("app/prod", "--", "touch", "started-first"));

        Process process = launcher.begin(clinic.file(), Map.of("JAVA_HOME", place.toString()), command);
        await(folder.resolve("looking"));
        long first = process.children().findFirst().orElseThrow().pid();
        assertThat(new ProcessBuilder("kill", "-TERM", String.valueOf(first))
                        .start()
                        .waitFor())
                .isZero();
        Files.createFile(folder.resolve("go"));

        assertThat(launcher.end(process).code()).isEqualTo(143);
        assertThat(folder.resolve("started-first")).doesNotExist();
    }

    private static void await(Path file) throws InterruptedException {
        for (int i = 0; i < 6000 && !Files.exists(file); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(file).exists();
    }

    private static void assumeRuns(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            Assumptions.assumeTrue(process.waitFor() == 0, command[0] + " does not work here");
        } catch (IOException e) {
            Assumptions.abort(command[0] + " is not on this host");
        }
    }
}
