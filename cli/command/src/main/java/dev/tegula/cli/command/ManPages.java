package dev.tegula.cli.command;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Writes what the distribution has in {@code share}: a page of man for each command, and completions. Picocli writes such
 * pages as AsciiDoc only, which nothing small turns into roff.
 */
final class ManPages {

    private final StringBuilder out = new StringBuilder();

    private ManPages() {}

    /**
     * Writes them.
     *
     * @param arguments the folder, and the version that the pages name
     */
    public static void main(String[] arguments) throws IOException {
        Path share = Path.of(arguments[0]);
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        CommandLine root =
                CommandTree.of(new Console(Reader.nullReader(), nowhere, nowhere, Terminal.none()), Map.of());
        Path pages = Files.createDirectories(share.resolve("man/man1"));
        for (CommandLine command : tree(root).toList()) {
            CommandSpec spec = command.getCommandSpec();
            Files.writeString(pages.resolve(name(spec) + ".1"), page(spec, arguments[1]));
        }
        String completion = AutoComplete.bash("tegula", root);
        Path bash = Files.createDirectories(share.resolve("bash-completion/completions"));
        Files.writeString(bash.resolve("tegula"), completion);
        Path zsh = Files.createDirectories(share.resolve("zsh/site-functions"));
        Files.writeString(zsh.resolve("_tegula"), """
                #compdef tegula
                # zsh takes the completion of bash, which lies beside it; compopt of bash has no counterpart here.
                autoload -U +X bashcompinit && bashcompinit
                compopt() { }
                source "${${(%):-%x}:A:h}/../../bash-completion/completions/tegula"
                _bash_complete -o default -F _complete_tegula
                """);
    }

    private static Stream<CommandLine> tree(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(ManPages::tree));
    }

    private static String name(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    /** One page, in the macros of man(7). */
    static String page(CommandSpec spec, String version) {
        ManPages page = new ManPages();
        List<String> description = Arrays.stream(spec.usageMessage().description())
                .map(ManPages::plain)
                .filter(sentence -> !sentence.isBlank())
                .toList();
        page.line(".TH \"" + name(spec).toUpperCase(Locale.ROOT).replace("-", "\\-") + "\" 1 \"\" \"Tegula " + version
                + "\" \"Tegula\"");
        page.section("NAME");
        page.line(roff(name(spec)) + " \\- " + roff(description.get(0)));
        page.section("SYNOPSIS");
        page.line(synopsis(spec));
        page.section("DESCRIPTION");
        description.forEach(page::paragraph);
        page.commands(spec);
        page.options(spec);
        page.section("EXIT STATUS");
        for (Exit exit : Exit.values()) {
            page.item("\\fB" + exit.code() + "\\fR", exit.meaning());
        }
        page.section("SEE ALSO");
        page.line(Stream.concat(
                        Stream.ofNullable(spec.parent()),
                        spec.subcommands().values().stream().map(CommandLine::getCommandSpec))
                .map(other -> "\\fB" + roff(name(other)) + "\\fR(1)")
                .collect(Collectors.joining(", ")));
        return page.out.toString();
    }

    private void commands(CommandSpec spec) {
        if (!spec.subcommands().isEmpty()) {
            section("COMMANDS");
            spec.subcommands()
                    .forEach((name, command) -> item(
                            "\\fB" + roff(name) + "\\fR",
                            plain(Stream.of(command.getCommandSpec()
                                            .usageMessage()
                                            .description())
                                    .filter(sentence -> !sentence.isBlank())
                                    .findFirst()
                                    .orElse(""))));
        }
    }

    private void options(CommandSpec spec) {
        section("OPTIONS");
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            item("\\fI" + roff(parameter.paramLabel()) + "\\fR", described(parameter.description(), ""));
        }
        for (OptionSpec option : spec.options()) {
            String names = Arrays.stream(option.names())
                    .map(name -> "\\fB" + roff(name) + "\\fR")
                    .collect(Collectors.joining(", "));
            String value = option.arity().max() > 0 ? " \\fI" + roff(option.paramLabel()) + "\\fR" : "";
            item(names + value, described(option.description(), option.defaultValueString()));
        }
    }

    private static String synopsis(CommandSpec spec) {
        StringBuilder line = new StringBuilder("\\fB" + roff(spec.qualifiedName()) + "\\fR");
        if (!spec.subcommands().isEmpty()) {
            line.append(" \\fICOMMAND\\fR");
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            boolean optional = parameter.arity().min() == 0;
            line.append(optional ? " [" : " ")
                    .append("\\fI" + roff(parameter.paramLabel()) + "\\fR")
                    .append(optional ? "]" : "");
        }
        return line.append(" [\\fIOPTIONS\\fR]").toString();
    }

    private static String described(String[] description, String fallback) {
        return plain(String.join(" ", description).replace("${DEFAULT-VALUE}", fallback));
    }

    private static String plain(String text) {
        return Ansi.OFF.text(text.replace("$$", "$")).toString();
    }

    /** No backslash, hyphen, quote or leading dot that roff would take for its own. */
    private static String roff(String text) {
        String escaped = text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("'", "\\(aq")
                .replace("…", "...")
                .replace("–", "\\(en");
        return escaped.startsWith(".") ? "\\&" + escaped : escaped;
    }

    private void section(String name) {
        line(".SH \"" + name + "\"");
    }

    private void paragraph(String text) {
        line(".PP");
        line(roff(text));
    }

    private void item(String tag, String text) {
        line(".TP");
        line(tag);
        line(text.isBlank() ? "\\&" : roff(text));
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
