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
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands that pages and messages name exist, with the options they are given. */
@Tag("long")
class CommandsTest {

    private static final Pattern PROMPT = Pattern.compile("\\$ (?:\\./)?tegula +([^#]*)(?:#.*)?");
    private static final PrintWriter NOWHERE = new PrintWriter(Writer.nullWriter());
    private static final Set<String> NUMBERS =
            Set.of("--version", "--workers", "--batch", "--max-rate", "--sample", "--index");
    private static final Pattern QUOTED = Pattern.compile("`(?:\\./)?tegula +([^`]*)`");

    @Test
    void commandLines_inConsoleBlocks_parse() {
        List<String> problems = new ArrayList<>();
        int seen = 0;
        for (Path page : Repository.markdown()) {
            String name = Repository.root().relativize(page).toString();
            for (Markdown.Block block :
                    Markdown.of(name, Repository.lines(page)).blocks()) {
                for (String line :
                        block.text().replaceAll("\\\\\n *", "").lines().toList()) {
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
    void commands_namedInPages_areTaken() {
        List<String> problems = new ArrayList<>();
        for (Path page : Repository.markdown()) {
            String name = Repository.root().relativize(page).toString();
            if (name.equals("CHANGELOG.md") || name.startsWith("docs/decisions/")) {
                continue; // these say what was done; nobody runs what they name
            }
            String prose =
                    String.join("\n", Markdown.of(name, Repository.lines(page)).prose());
            problems.addAll(unknown(name, prose));
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void commands_namedInMessages_areTaken() {
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
        assertThat(unknown("page", "run `tegula keys rewrap`"))
                .singleElement()
                .asString()
                .contains("Which keys?");
        assertThat(unknown("page", "run `tegula keys`")).hasSize(1);
        assertThat(unknown("page", "run `tegula keys destroy FIELD --version N`"))
                .isEmpty();
    }

    /** Commands in backticks that the command line would refuse: a name in prose is copied and run, too. */
    private static List<String> unknown(String where, String text) {
        List<String> problems = new ArrayList<>();
        Matcher quoted = QUOTED.matcher(text);
        while (quoted.find()) {
            parsing(quoted.group(1))
                    .ifPresent(problem -> problems.add(where + ": `tegula " + quoted.group(1) + "`: " + problem));
        }
        return problems;
    }

    private static Optional<String> parsing(String arguments) {
        List<String> words = words(arguments).stream()
                .map(word -> word.replaceAll("^'|'$", ""))
                .toList();
        if (words.equals(List.of("COMMAND"))) {
            return Optional.empty();
        }
        return CommandTree.refusal(
                new Console(Reader.nullReader(), NOWHERE, NOWHERE, Terminal.none()),
                filled(words).toArray(String[]::new));
    }

    /** The words with a value in the place of a name that stands for a number or one of several words. */
    private static List<String> filled(List<String> words) {
        List<String> filled = new ArrayList<>();
        for (String word : words) {
            String before = filled.isEmpty() ? "" : filled.get(filled.size() - 1);
            boolean stands = word.matches("[A-Z]+|\\{}");
            if (stands && NUMBERS.contains(before)) {
                filled.add("1");
            } else if (stands
                    && filled.size() > 1
                    && filled.get(filled.size() - 2).equals("jobs")) {
                filled.add("00000000-0000-0000-0000-000000000000");
            } else if (stands && before.equals("--until")) {
                filled.add("fence");
            } else if (before.equals("--type")) {
                filled.add("STRING");
            } else {
                filled.add(stands ? "patient.ssn" : word);
            }
        }
        return filled;
    }

    private static List<String> words(String line) {
        return Pattern.compile("\\s+").splitAsStream(line.strip()).toList();
    }
}
