package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.Transcript;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every option of every command that takes a number or a word of a list refuses others, before anything is opened. */
@Tag("long")
class OptionRangesTest {

    private static final List<String> NO_NUMBERS =
            List.of("-1", "x", "", "NaN", "1e400", "99999999999999999999", "1,5");

    @Test
    void number_outOfRange_exits2AndSaysTheRange() {
        int options = 0;
        for (CommandLine command : all(Manual.commands())) {
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (isNumber(option.type())) {
                    options++;
                    for (String value : NO_NUMBERS) {
                        Transcript run = run(command.getCommandSpec(), option, value);
                        String label =
                                command.getCommandSpec().qualifiedName() + " " + option.longestName() + "=" + value;
                        assertThat(run.exit()).as(label + run.all()).isEqualTo(2);
                        assertThat(run.err())
                                .as(label)
                                .contains(option.longestName())
                                .containsPattern("from|to 100");
                    }
                }
            }
        }
        assertThat(options).isGreaterThanOrEqualTo(12);
    }

    @Test
    void number_justOutside_exits2() {
        for (String line : List.of(
                "rotate x --workers=0",
                "rotate x --workers=65",
                "reencrypt x --batch=0",
                "reencrypt x --batch=1001",
                "reencrypt x --plan-only --ranges=0",
                "reencrypt x --plan-only --ranges=10001",
                "reencrypt x --ranges=4",
                "jobs run 00000000-0000-0000-0000-000000000000 --index=10000",
                "verify x --sample=0",
                "verify x --sample=150",
                "keys retire x --version=0",
                "demo --patients=9")) {
            assertThat(Transcript.of(line.split(" ", -1)).exit()).as(line).isEqualTo(2);
        }
    }

    @Test
    void idOrUrl_thatIsNone_exits2InWordsOfOurs() {
        for (String line : List.of(
                "jobs cancel nope",
                "jobs cancel 1-1-1-1-1",
                "init --vault=:: --key=x",
                "init --aws-endpoint=a|b --key=x")) {
            Transcript run = Transcript.of(line.split(" ", -1));
            assertThat(run.exit()).as(line).isEqualTo(2);
            assertThat(run.err()).as(line).contains("expected ").doesNotContain("java.");
        }
    }

    @Test
    void word_ofNoList_exits2AndNamesTheWords() {
        for (CommandLine command : all(Manual.commands())) {
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (option.type().isEnum()) {
                    Transcript run = run(command.getCommandSpec(), option, "nope");
                    assertThat(run.exit()).isEqualTo(2);
                    assertThat(run.err()).contains(String.valueOf(option.type().getEnumConstants()[0]));
                }
            }
        }
    }

    private static boolean isNumber(Class<?> type) {
        return type == int.class || type == long.class || type == double.class || Number.class.isAssignableFrom(type);
    }

    private static Transcript run(CommandSpec spec, OptionSpec option, String value) {
        List<String> line = new ArrayList<>(List.of(spec.qualifiedName().split(" ", -1)));
        line.remove(0);
        spec.positionalParameters()
                .forEach(parameter ->
                        line.add(parameter.paramLabel().equals("JOB") ? "00000000-0000-0000-0000-000000000000" : "x"));
        line.add(option.longestName() + "=" + value);
        return Transcript.of(line.toArray(String[]::new));
    }

    private static List<CommandLine> all(CommandLine root) {
        List<CommandLine> all = new ArrayList<>(List.of(root));
        root.getSubcommands().values().forEach(command -> all.addAll(all(command)));
        return all;
    }
}
