package dev.tegula.cli.command;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Terminal;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes {@code docs/cli.md} from the commands themselves, so that the manual cannot say something else. */
final class Manual {

    private static final int COLUMNS = 120;

    /** Those outside of brackets, which hold an option with its value, or the text of a link. */
    private static final Pattern SPACES = Pattern.compile(" (?![^\\[]*])");

    private final StringBuilder out = new StringBuilder();

    private Manual() {}

    static CommandLine commands() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return CommandTree.of(new Console(Reader.nullReader(), nowhere, nowhere, Terminal.none()), Map.of());
    }

    /** The whole manual. */
    static String text() {
        Manual manual = new Manual();
        CommandLine root = commands();
        manual.beginning();
        manual.configuration();
        root.getSubcommands().values().forEach(command -> manual.command(command, 2));
        return manual.out.toString();
    }

    private void beginning() {
        line("# The command line");
        line("");
        line("Generated from the commands by `ManualTest`; do not edit. `tegula COMMAND --help` says the same.");
        line("");
        line("`./tegula` in a checkout builds the command line when its sources are newer, then starts it. Without it:"
                + " `java -jar cli/command/target/tegula.jar`.");
        line("");
        line("| Exit | Meaning |");
        line("|---|---|");
        for (Exit exit : Exit.values()) {
            line("| " + exit.code() + " | " + exit.meaning() + " |");
        }
        line("");
        line(
                "Data goes to stdout, everything else to stderr. With `--json` stdout carries exactly one document, a result or"
                        + " `tegula/error/1`, and progress is NDJSON on stderr; members are only added within a schema number, and [each has a schema](json/README.md)."
                        + " `NO_COLOR` is respected. Secrets come from files, never from the command line. `TEGULA_DEBUG=1` adds"
                        + " stack traces to failures.");
        line("");
        line(
                "Output that a full disk does not take is exit 3, and stderr says whether the work is done; a reader that goes away (`| head -1`)"
                        + " is no failure.");
        line("");
        line("Everywhere:");
        line("");
        CommandSpec any = commands().getSubcommands().get("doctor").getCommandSpec();
        any.mixins().values().forEach(mixin -> mixin.options().forEach(this::option));
        line("");
        line(
                "What changes something takes `--dry-run` (show what would happen; change nothing) and `--yes` (do not ask).");
        line("");
        line(
                "These ask first, and need `--yes` where there is no terminal, because they move your rows, change what is counted and"
                        + " moved or where, take something away, change more keys than you name, or the schema of a database that is set up"
                        + " already: "
                        + names(AskedChange.class) + ".");
        line("");
        line(
                "These never ask, because they only make what is not there yet, or take one step with one key, which guards refuse where"
                        + " it would hurt; every value stays readable: "
                        + names(UnaskedChange.class) + ".");
    }

    private static String names(Class<? extends ChangeOptions> kind) {
        return changing(kind).stream()
                .map(name -> "`" + name.substring("tegula ".length()) + "`")
                .collect(Collectors.joining(", "));
    }

    /** The commands that have these options, in the order of the manual. */
    static List<String> changing(Class<? extends ChangeOptions> kind) {
        List<String> found = new ArrayList<>();
        collect(commands(), kind, found);
        return found;
    }

    private static void collect(CommandLine command, Class<? extends ChangeOptions> kind, List<String> found) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.mixins().values().stream().anyMatch(mixin -> kind.isInstance(mixin.userObject()))) {
            found.add(spec.qualifiedName());
        }
        command.getSubcommands().values().forEach(sub -> collect(sub, kind, found));
    }

    private void configuration() {
        line("");
        line("## tegula.yaml");
        line("");
        line(
                "Where it is looked for, and its settings: [configuration](configuration.md#tegulayaml). New keys are backed up"
                        + " to `tegula-backup/` beside it before anything is written under them.");
    }

    private void command(CommandLine command, int depth) {
        CommandSpec spec = command.getCommandSpec();
        line("");
        line("#".repeat(depth) + " " + spec.qualifiedName());
        line("");
        line("```");
        line(synopsis(spec));
        line("```");
        for (String sentence : spec.usageMessage().description()) {
            line(CommandLine.Help.Ansi.OFF.text(sentence).toString());
        }
        boolean any = !spec.positionalParameters().isEmpty()
                || spec.options().stream().anyMatch(Manual::explained);
        if (any) {
            line("");
        }
        spec.positionalParameters().forEach(this::parameter);
        spec.options().stream().filter(Manual::explained).forEach(this::option);
        command.getSubcommands().values().forEach(inner -> command(inner, depth + 1));
    }

    private static String synopsis(CommandSpec spec) {
        if (!spec.subcommands().isEmpty()) {
            return spec.qualifiedName() + " "
                    + String.join("|", spec.subcommands().keySet());
        }
        StringBuilder line = new StringBuilder(spec.qualifiedName());
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            boolean optional = parameter.arity().min() == 0;
            boolean many = parameter.arity().max() > 1;
            line.append(optional ? " [" : " ")
                    .append(parameter.paramLabel())
                    .append(many ? "…" : "")
                    .append(optional ? "]" : "");
        }
        for (OptionSpec option : spec.options()) {
            if (!common(option)) {
                String text = option.longestName() + (option.arity().max() > 0 ? " " + option.paramLabel() : "");
                line.append(option.required() ? " " + text : " [" + text + "]");
            }
        }
        return line.toString();
    }

    private static boolean common(OptionSpec option) {
        return option.order() >= 100 || option.usageHelp();
    }

    /** What each command that changes something has: explained once, at the top. */
    private static boolean ofEveryChange(OptionSpec option) {
        return option.longestName().equals("--dry-run") || option.longestName().equals("--yes");
    }

    private static boolean explained(OptionSpec option) {
        return !common(option) && !ofEveryChange(option);
    }

    private void option(OptionSpec option) {
        String name = String.join(", ", option.names()) + (option.arity().max() > 0 ? " " + option.paramLabel() : "");
        line("* `" + name + "` " + described(String.join(" ", option.description()), option.defaultValueString()));
    }

    private void parameter(PositionalParamSpec parameter) {
        line("* `" + parameter.paramLabel() + "` " + described(String.join(" ", parameter.description()), ""));
    }

    private static String described(String description, String fallback) {
        return description.replace("${DEFAULT-VALUE}", fallback).replace("$$", "$");
    }

    /** Rows of tables stay whole; the lines of a list and of a synopsis are continued further in. */
    private void line(String text) {
        if (text.startsWith("|")) {
            out.append(text).append('\n');
            return;
        }
        String indent = text.startsWith("* ") ? "  " : text.startsWith("tegula ") ? "    " : "";
        int column = 0;
        for (String word : SPACES.split(text, -1)) {
            if (column > 0 && column + 1 + word.length() > COLUMNS) {
                out.append('\n').append(indent);
                column = indent.length();
            } else if (column > 0) {
                out.append(' ');
                column++;
            }
            out.append(word);
            column += word.length();
        }
        out.append('\n');
    }
}
