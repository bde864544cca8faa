package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.Transcript;
import dev.tegula.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The manual and the help. {@code -Dtegula.manual=write} writes the manual instead of comparing it. */
@Tag("long")
class ManualTest {

    private static final Path FILE = Path.of("..", "..", "docs", "cli.md");

    @Test
    void manual_isWhatTheCommandsSay() throws IOException {
        String text = Manual.text();
        if ("write".equals(System.getProperty("tegula.manual"))) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, text);
        }
        assertThat(FILE)
                .as("docs/cli.md is stale: mvn -pl cli/command -am test -Dtest=ManualTest -Dtegula.manual=write")
                .hasContent(text);
    }

    @Test
    void help_ofEveryCommand_saysWhatItDoesAndExplainsEveryOption() {
        for (CommandLine command : all(Manual.commands())) {
            CommandSpec spec = command.getCommandSpec();
            String help = command.getUsageMessage();
            assertThat(spec.usageMessage().description())
                    .as(spec.qualifiedName())
                    .isNotEmpty();
            assertThat(help).as(spec.qualifiedName()).startsWith("Usage: ").doesNotContain("${");
            spec.options().forEach(option -> assertThat(String.join("", option.description()))
                    .as(spec.qualifiedName() + " " + option.longestName())
                    .isNotBlank());
            spec.positionalParameters().forEach(parameter -> assertThat(String.join("", parameter.description()))
                    .as(spec.qualifiedName() + " " + parameter.paramLabel())
                    .isNotBlank());
        }
    }

    @Test
    void help_ofEveryCommandOnEveryWidth_fits() {
        for (int width : new int[] {1, 20, 30, 40, 54, 55, 80, 110, 160, 300}) {
            int columns = Math.max(20, width);
            for (CommandLine command : all(Manual.commands())) {
                List<String> line = new ArrayList<>(
                        List.of(command.getCommandSpec().qualifiedName().split(" ")));
                line.remove(0);
                line.add("--help");
                Transcript run = Transcript.with(
                        Map.of(), new Terminal(true, true, true, false, width), "", line.toArray(String[]::new));
                assertThat(run.exit()).as(run.all()).isZero();
                assertThat(run.out()).startsWith("Usage: ");
                assertThat(run.out().lines().filter(text -> text.length() > columns))
                        .as(command.getCommandSpec().qualifiedName() + " on " + width)
                        .isEmpty();
            }
        }
    }

    @Test
    void help_ofTheRoot_listsEveryCommand() {
        String help = Manual.commands().getUsageMessage();
        assertThat(Manual.commands().getSubcommands().keySet())
                .allSatisfy(name -> assertThat(help).containsPattern("(?m)^  " + name + " "));
    }

    @Test
    void everyChangingCommand_hasDryRun() {
        List<String> changing = List.of(
                "tegula init",
                "tegula rotate",
                "tegula reencrypt",
                "tegula keys create",
                "tegula keys activate",
                "tegula keys rewrap",
                "tegula keys retire",
                "tegula keys reopen",
                "tegula keys destroy",
                "tegula keys backup",
                "tegula keys import",
                "tegula keys drop-unsealed",
                "tegula keys rotate-registry",
                "tegula fields add",
                "tegula fields import",
                "tegula fields remove",
                "tegula shred",
                "tegula adopt",
                "tegula release",
                "tegula rebind",
                "tegula index backfill",
                "tegula index rotate",
                "tegula jobs pause",
                "tegula jobs resume",
                "tegula jobs run",
                "tegula jobs finish",
                "tegula jobs cancel",
                "tegula quarantine retry",
                "tegula secrets put",
                "tegula secrets copy",
                "tegula secrets import",
                "tegula secrets rollback",
                "tegula secrets delete",
                "tegula secrets undelete",
                "tegula secrets destroy",
                "tegula schema apply");
        List<String> found = new ArrayList<>();
        for (CommandLine command : all(Manual.commands())) {
            if (command.getCommandSpec().findOption("--dry-run") != null) {
                found.add(command.getCommandSpec().qualifiedName());
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(changing);
    }

    private static List<CommandLine> all(CommandLine root) {
        List<CommandLine> all = new ArrayList<>(List.of(root));
        root.getSubcommands().values().forEach(command -> all.addAll(all(command)));
        return all;
    }
}
