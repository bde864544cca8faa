package dev.tegula.cli;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.Launcher.Ran;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tegula run} as real processes, started by the launcher: what it leaves behind is the command itself. */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class RunTest {

    private static final String ODD = "it's \"odd\"\n $(touch run-was-here) `id` \\ $HOME\n\n";

    private static final byte[] LARGE = new byte[1 << 20];

    @TempDir
    static Path folder;

    private static ClinicDatabase clinic;
    private static Launcher launcher;

    @BeforeAll
    static void start() throws Exception {
        clinic = ClinicDatabase.initialised(folder);
        clinic.declare("app/prod", "app/bad");
        for (String namespace : List.of("app/prod", "app/bad")) {
            expect(0, clinic.run("keys", "create", "tegula.secret", "--tenant", namespace, "--activate"));
        }
        put("app/prod/stripe-key", "canary-1");
        put("app/prod/db/password", "canary-2");
        put("app/bad/odd", ODD);
        put("app/bad/expired", "canary-3", "--expires", "1ms");
        put("app/bad/deleted", "canary-4");
        expect(0, clinic.run("secrets", "delete", "app/bad/deleted", "--yes"));
        put("app/bad/ld-preload", "canary-5");
        put("app/bad/nul", "canary-6\0");
        LARGE[0] = 1;
        Path file = Files.write(folder.resolve("large"), LARGE);
        expect(0, clinic.run("secrets", "put", "app/bad/large", "--file", file.toString()));
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xc3, 0x28});
        expect(0, clinic.run("secrets", "put", "app/bad/binary", "--file", binary.toString()));
        launcher = Launcher.install(folder);
    }

    private static void put(String name, String value, String... more) {
        List<String> line = new ArrayList<>(List.of("secrets", "put", name, "--exact"));
        line.addAll(List.of(more));
        expect(0, clinic.pipe(value, line.toArray(String[]::new)));
    }

    private static Process begin(Map<String, String> environment, List<String> command) throws IOException {
        return launcher.begin(clinic.file(), environment, command);
    }

    private static Ran end(Process process) throws Exception {
        return launcher.end(process);
    }

    private static List<String> tegula(String... arguments) {
        return launcher.run(arguments);
    }

    private static Ran run(String... arguments) throws Exception {
        return end(begin(Map.of(), tegula(arguments)));
    }

    @Test
    void command_hasTheProcessOfTheLauncherAndTheSecretsInItsEnvironment() throws Exception {
        Ran ran = run("app/prod", "--", "sh", "-c", "echo $$ $STRIPE_KEY $DB_PASSWORD");

        assertThat(ran.out()).isEqualTo(ran.pid() + " canary-1 canary-2\n");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
    }

    @Test
    void shell_thatShowsWhatItDoes_showsNoValue() throws Exception {
        List<String> traced = new ArrayList<>(List.of("sh", "-xv"));
        traced.addAll(tegula("app/prod", "--", "printenv", "STRIPE_KEY"));

        Ran ran = end(begin(Map.of(), traced));

        assertThat(ran.out()).isEqualTo("canary-1\n");
        assertThat(ran.err()).doesNotContain("canary");
    }

    @Test
    void command_endsWithItsOwnExitCode() throws Exception {
        assertThat(run("app/prod", "--", "sh", "-c", "exit 42").code()).isEqualTo(42);
        assertThat(run("app/prod", "--", "no-such-command-here").code()).isEqualTo(127);
    }

    @Test
    void arguments_reachTheCommandAsTheyWereWritten() throws Exception {
        Ran ran = run("app/prod", "--", "printf", "%s|", "a b", "", "*", "it's", "--", "$HOME", "--json");

        assertThat(ran.out()).isEqualTo("a b||*|it's|--|$HOME|--json|");
    }

    @Test
    void value_withWhatAShellTakesForItsOwn_isExact() throws Exception {
        Ran ran = run("--env", "ODD=app/bad/odd", "--", "printenv", "ODD");

        assertThat(ran.out()).isEqualTo(ODD + "\n");
        assertThat(folder.resolve("run-was-here")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "WINCH", "INT"})
    void signal_reachesTheCommand(String signal) throws Exception {
        List<String> command = new ArrayList<>();
        if (signal.equals("INT")) {
            // What a shell started in the background ignores INT, and so would every process below it.
            assumeRuns("env", "--default-signal=INT", "true");
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.addAll(tegula(
                "app/prod",
                "--",
                "sh",
                "-c",
                "trap 'echo got; exit 7' " + signal + "; echo ready; while :; do sleep 0.05; done"));
        Process process = begin(Map.of(), command);
        StringBuilder said = new StringBuilder();
        while (!said.toString().endsWith("ready\n")) {
            int next = process.getInputStream().read();
            assertThat(next).as("output before the end").isNotNegative();
            said.append((char) next);
        }
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        Ran ran = end(process);
        assertThat(ran.out()).isEqualTo("got\n");
        assertThat(ran.code()).isEqualTo(7);
    }

    @Test
    void stdin_isTheCommands() throws Exception {
        Process process = begin(Map.of(), tegula("app/prod", "--", "cat"));
        process.getOutputStream().write("typed\n".getBytes(StandardCharsets.UTF_8));

        assertThat(end(process).out()).isEqualTo("typed\n");
    }

    @Test
    void environment_isThatOfTheCallerAndTheSecretsAndNothingOfTegulas() throws Exception {
        Ran ran = end(begin(
                Map.of("version", "1.2.3", "home", "/elsewhere", "java", "tea"), tegula("app/prod", "--", "env")));

        assertThat(ran.out().lines())
                .contains("version=1.2.3", "home=/elsewhere", "java=tea", "STRIPE_KEY=canary-1", "DB_PASSWORD=canary-2")
                .noneMatch(line -> line.startsWith("tegula_") || line.startsWith("TEGULA_RUN"));
    }

    @Test
    void values_areInNoArgumentOfTheProcess() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/cmdline")), "no /proc on this system");
        Ran ran = run("app/prod", "--", "sh", "-c", "tr '\\0' '\\n' < /proc/$$/cmdline");

        assertThat(ran.out()).contains("sh").doesNotContain("canary");
    }

    @Test
    void whateverIsWrong_isNamedAtOnceAndNothingIsStarted() throws Exception {
        Path file = Files.writeString(folder.resolve("app.env"), """
                # of the shop
                GOOD=tegula:app/prod/stripe-key
                PLAIN=no secret
                TWICE=tegula:app/prod/stripe-key
                TWICE=tegula:app/prod/db/password
                QUOTED="x"
                no line
                """);
        Ran ran = end(begin(
                Map.of("TAKEN", "x"),
                tegula(
                        "app/none",
                        "--env-file",
                        file.toString(),
                        "--env",
                        "MISSING=app/prod/missing",
                        "--env",
                        "EXPIRED=app/bad/expired",
                        "--env",
                        "DELETED=app/bad/deleted",
                        "--env",
                        "BINARY=app/bad/binary",
                        "--env",
                        "NUL=app/bad/nul",
                        "--env",
                        "OUTSIDE=other/key",
                        "--env",
                        "TAKEN=app/prod/stripe-key",
                        "--env",
                        "LD_PRELOAD=app/bad/ld-preload",
                        "--env",
                        "NO NAME=app/prod/stripe-key",
                        "--",
                        "touch",
                        "started")));

        assertThat(ran.code()).isEqualTo(8);
        assertThat(folder.resolve("started")).doesNotExist();
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .startsWith("refused: The command was not started: ")
                .contains(
                        "there is no secret below app/none",
                        "MISSING: There is no secret app/prod/missing",
                        "EXPIRED: app/bad/expired has expired",
                        "DELETED: app/bad/deleted was deleted",
                        "BINARY: app/bad/binary is no text, which a variable must be; a file may: --env BINARY_FILE=@app/bad/binary",
                        "NUL: app/bad/nul holds a NUL, which no variable can",
                        "OUTSIDE: No namespace holds other/key",
                        "TAKEN is in the environment already; --override replaces it",
                        "--env LD_PRELOAD would set LD_PRELOAD",
                        "which is no name of one",
                        "TWICE would be app/prod/stripe-key",
                        "line 6 has quotes",
                        "line 7 is no NAME=")
                .doesNotContain("canary");
    }

    @Test
    void prefix_thatWouldSetWhatTheLoaderReads_startsNothing() throws Exception {
        Ran ran = run("app/bad", "--", "touch", "started-bad");

        assertThat(ran.code()).isEqualTo(8);
        assertThat(ran.err()).contains("app/bad/ld-preload would set LD_PRELOAD");
        assertThat(folder.resolve("started-bad")).doesNotExist();
    }

    @Test
    void envFile_andOverride_setWhatTheySay() throws Exception {
        Path file =
                Files.writeString(folder.resolve("good.env"), "KEY=tegula:app/prod/stripe-key\nREGION=eu central\n");
        Ran ran = end(begin(
                Map.of("KEY", "old"),
                tegula("--env-file", file.toString(), "--override", "--", "sh", "-c", "echo \"$KEY,$REGION\"")));

        assertThat(ran.out()).isEqualTo("canary-1,eu central\n");
    }

    @Test
    void withoutACommandOrASecret_isUsage() throws Exception {
        assertThat(run("app/prod").code()).isEqualTo(2);
        assertThat(run("app/prod", "--").code()).isEqualTo(2);
        assertThat(run("--", "true").code()).isEqualTo(2);
        assertThat(clinic.run("run", "app/prod").exit()).isEqualTo(2);
    }

    @Test
    void terminal_isTheCommands() throws Exception {
        assumeRuns("script", "-qec", "true", "/dev/null");
        String line =
                "'" + launcher.script() + "' run app/prod -- sh -c 'test -t 0 && test -t 1 && echo on $STRIPE_KEY'";
        Ran ran = end(begin(Map.of(), List.of("script", "-qec", line, "/dev/null")));

        assertThat(ran.out()).contains("on canary-1");
        assertThat(ran.code()).isZero();
    }

    @Test
    void firstProcessOfAContainer_isTheCommand() throws Exception {
        assumeRuns("unshare", "--fork", "--pid", "true");
        List<String> command = new ArrayList<>(List.of("unshare", "--fork", "--pid"));
        command.addAll(tegula("app/prod", "--", "sh", "-c", "echo $$ $STRIPE_KEY"));

        assertThat(end(begin(Map.of(), command)).out()).isEqualTo("1 canary-1\n");
    }

    @Test
    void file_isAPathThatIsReadAgainAndAgain_andHasNoName() throws Exception {
        assumeRuns("test", "-w", "/dev/shm");
        Ran ran = run(
                "--env",
                "KEY_FILE=@app/bad/binary",
                "--env=LARGE_FILE=@app/bad/large",
                "--env",
                "STRIPE_KEY=app/prod/stripe-key",
                "--",
                "sh",
                "-c",
                "echo $KEY_FILE $LARGE_FILE $STRIPE_KEY; od -An -tx1 $KEY_FILE; od -An -tx1 <&4; wc -c < $LARGE_FILE;"
                        + " stat -Lc %h-%a $KEY_FILE; echo x 2>&- >&4 || echo read-only");

        assertThat(ran.out().lines().map(String::strip))
                .containsExactly(
                        "/dev/fd/4 /dev/fd/5 canary-1",
                        "c3 28",
                        "c3 28",
                        String.valueOf(LARGE.length),
                        "0-600",
                        "read-only");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void file_thatIsMissingOrExpired_orOneTooMany_startsNothing() throws Exception {
        assumeRuns("test", "-w", "/dev/shm");
        Ran ran = run(
                "--env",
                "A=@app/bad/expired",
                "--env",
                "B=@app/prod/missing",
                "--env",
                "C=@app/bad/deleted",
                "--",
                "touch",
                "started-file");
        assertThat(ran.code()).isEqualTo(8);
        assertThat(ran.err())
                .contains("A: app/bad/expired has expired", "B: There is no secret", "C: app/bad/deleted was deleted");
        List<String> six = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            six.add("--env=F" + i + "=@app/prod/stripe-key");
        }
        six.addAll(List.of("--", "touch", "started-file"));
        assertThat(run(six.toArray(String[]::new)).code()).isEqualTo(8);
        assertThat(folder.resolve("started-file")).doesNotExist();
    }

    @Test
    void variableOfTheLauncher_setByHand_letsNothingBeWritten() throws Exception {
        Path victim = Files.writeString(folder.resolve("victim"), "mine");
        for (String said : List.of(victim.toString(), "run", "run4", "yes")) {
            String line = "exec 3<>victim 4<>victim; TEGULA_RUN=" + said + " '" + launcher.script()
                    + "' run app/prod --env F=@app/prod/stripe-key -- touch started-by-hand";
            Ran ran = end(begin(Map.of(), List.of("sh", "-c", line)));
            assertThat(ran.code()).as(said).isEqualTo(7);
            assertThat(ran.err()).contains("leave TEGULA_RUN unset");
        }
        String piped = "exec 4<>victim; TEGULA_RUN=run4 '" + launcher.script()
                + "' run --env F=@app/prod/stripe-key -- touch started-by-hand 3>&1 | cat";
        assertThat(end(begin(Map.of(), List.of("sh", "-c", piped))).err()).contains("The launcher holds no file");
        assertThat(victim).hasContent("mine");
        assertThat(folder.resolve("started-by-hand")).doesNotExist();
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
