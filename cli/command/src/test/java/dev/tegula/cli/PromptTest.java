package dev.tegula.cli;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tegula.cli.Launcher.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code tegula secrets put --prompt} on a real terminal, which a person types at. */
@DisabledOnOs(OS.WINDOWS)
class PromptTest {

    /** Types each line once its prompt is there and the terminal shows nothing any more; prints what the terminal showed. */
    private static final String PERSON = """
            import os, pty, select, sys, termios, time
            typed = sys.argv[1].split('|')
            pid, terminal = pty.fork()
            if pid == 0:
                os.execv(sys.argv[2], sys.argv[2:])
            prompts, shown, end = [b'not shown:', b'once more:'], b'', time.time() + 240
            while time.time() < end:
                ready = select.select([terminal], [], [], 0.05)[0]
                if ready:
                    try:
                        shown += os.read(terminal, 4096)
                    except OSError:
                        break
                if typed and prompts[0] in shown and not termios.tcgetattr(terminal)[3] & termios.ECHO:
                    os.write(terminal, typed.pop(0).encode() + b'\\n')
                    prompts.pop(0)
            sys.stdout.buffer.write(shown)
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """;

    @TempDir
    static Path folder;

    private static ClinicDatabase clinic;
    private static Launcher launcher;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(python(), "python3 makes the terminal");
        clinic = ClinicDatabase.initialised(folder);
        clinic.declare("app/prod");
        expect(0, clinic.run("keys", "create", "tegula.secret", "--tenant", "app/prod", "--activate"));
        launcher = Launcher.install(folder);
        Files.writeString(folder.resolve("person.py"), PERSON);
    }

    private static boolean python() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import os; os.waitstatus_to_exitcode")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    private static Ran typed(String lines, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "python3",
                folder.resolve("person.py").toString(),
                lines,
                launcher.script().toString()));
        command.addAll(List.of(words));
        return launcher.end(launcher.begin(clinic.file(), Map.of("LC_ALL", "C.UTF-8"), command));
    }

    @Test
    void typedTwiceTheSame_isStored_andTheTerminalShowsNoneOfIt() throws Exception {
        Ran ran = typed("canary p#ss w\u00f6rd|canary p#ss w\u00f6rd", "secrets", "put", "app/prod/typed", "--prompt");
        assertThat(ran.code()).as(ran.out()).isZero();
        assertThat(ran.out())
                .contains("Value for app/prod/typed, not shown:", "app/prod/typed has version 1.")
                .doesNotContain("canary", "p#ss");
        assertThat(expect(0, clinic.run("secrets", "get", "app/prod/typed")).out())
                .isEqualTo("canary p#ss w\u00f6rd");
    }

    @Test
    void typedDifferently_orNothing_isRefusedAndStoresNothing() throws Exception {
        Ran other = typed("canary|canari", "secrets", "put", "app/prod/other", "--prompt");
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.out())
                .contains("What was typed the second time is something else.")
                .doesNotContain("canar");
        Ran nothing = typed("|", "secrets", "put", "app/prod/other", "--prompt");
        assertThat(nothing.code()).isEqualTo(2);
        assertThat(nothing.out()).contains("Nothing was typed.");
        assertThat(expect(8, clinic.run("secrets", "get", "app/prod/other")).err())
                .contains("There is no secret app/prod/other");
    }

    /** On a terminal a value without --prompt would be shown while it is typed. */
    @Test
    void withoutPrompt_onATerminal_isRefused() throws Exception {
        Ran ran = typed("", "secrets", "put", "app/prod/other");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).contains("use --prompt");
    }
}
