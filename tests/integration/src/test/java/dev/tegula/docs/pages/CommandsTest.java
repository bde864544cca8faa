package dev.tegula.docs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.command.CommandTree;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Commands that pages and messages name exist, with the options they are given. */
class CommandsTest {

    private static final Pattern PROMPT = Pattern.compile("\\$ (?:\\./)?tegula +([^#]*)(?:#.*)?");
    private static final Pattern QUOTED = Pattern.compile("`(?:\\./)?tegula +([^`]*)`");

    @Test
    void commandLines_inConsoleBlocks_parse() {
        List<String> problems = new ArrayList<>();
        int seen = 0;
        for (Path page : Repository.markdown()) {
            String name = Repository.root().relativize(page).toString();
            for (Markdown.Block block :
                    Markdown.of(name, Repository.lines(page)).blocks()) {
                for (String line : block.text().lines().toList()) {
                    Matcher prompt = PROMPT.matcher(line);
                    if (prompt.matches()) {
                        seen++;
                        parsing(prompt.group(1)).ifPresent(e -> problems.add(name + ": " + line + ": " + e));
                    }
                }
            }
        }
        assertThat(problems).isEmpty();
        assertThat(seen).as("commands found in pages").isGreaterThan(5);
    }

    @Test
    void commands_namedInPages_exist() {
        List<String> problems = new ArrayList<>();
        for (Path page : Repository.markdown()) {
            String name = Repository.root().relativize(page).toString();
            String prose =
                    String.join("\n", Markdown.of(name, Repository.lines(page)).prose());
            problems.addAll(unknown(name, prose));
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void commands_namedInMessages_exist() {
        List<String> problems = new ArrayList<>();
        for (Path source : Repository.mainSources()) {
            String joined = String.join("\n", Repository.lines(source))
                    .replaceAll("\"\\s*\\+\\s*\"", "")
                    .replaceAll("\"\\s*\\+[^\"`;]*\\+\\s*\"", "X");
            problems.addAll(unknown(source.getFileName().toString(), joined));
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void unknown_commandOrOption_isNamed() {
        assertThat(unknown("page", "run `tegula rotat x`"))
                .singleElement()
                .asString()
                .contains("rotat");
        assertThat(unknown("page", "run `tegula rotate x --dry`"))
                .singleElement()
                .asString()
                .contains("--dry");
        assertThat(unknown("page", "run `tegula rotate x --dry-run`")).isEmpty();
    }

    private static List<String> unknown(String where, String text) {
        List<String> problems = new ArrayList<>();
        Matcher quoted = QUOTED.matcher(text);
        while (quoted.find()) {
            CommandLine command = commands();
            boolean named = false;
            for (String word : words(quoted.group(1))) {
                CommandLine next = command.getSubcommands().get(word);
                if (word.startsWith("--")) {
                    String option = word.replaceFirst("=.*", "");
                    if (!command.getCommandSpec().optionsMap().containsKey(option)) {
                        problems.add(where + ": `tegula " + quoted.group(1) + "`: no option " + option);
                    }
                } else if (next != null) {
                    command = next;
                    named = true;
                } else if (word.equals("COMMAND")) {
                    break;
                } else if (!named || !command.getSubcommands().isEmpty()) {
                    problems.add(where + ": `tegula " + quoted.group(1) + "`: no command " + word);
                    break;
                }
            }
        }
        return problems;
    }

    private static Optional<String> parsing(String arguments) {
        try {
            commands()
                    .parseArgs(words(arguments).stream()
                            .map(word -> word.replaceAll("^'|'$", ""))
                            .toArray(String[]::new));
            return Optional.empty();
        } catch (CommandLine.ParameterException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> words(String line) {
        return Pattern.compile("\\s+").splitAsStream(line.strip()).toList();
    }

    private static CommandLine commands() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return CommandTree.of(new Console(Reader.nullReader(), nowhere, nowhere, Terminal.none()), Map.of());
    }
}
