package dev.tegula.cli.command;

import dev.tegula.cli.output.Layout;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The help for terminals that picocli cannot fill, which are those below 55 columns: one column instead of two. */
final class NarrowHelp implements IHelpSectionRenderer {

    /** The narrowest that picocli formats for. */
    static final int PICOCLI = 55;
    /** The name of the section that is all of the help. */
    static final String SECTION = "narrow";

    private final int width;

    NarrowHelp(int width) {
        this.width = width;
    }

    @Override
    public String render(Help help) {
        CommandSpec spec = help.commandSpec();
        Layout text = new Layout().add(synopsis(spec)).add("");
        for (String sentence : spec.usageMessage().description()) {
            text.add(plain(sentence));
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            text.add("").add("  " + parameter.paramLabel());
            text.add("    " + described(parameter.description(), ""));
        }
        for (OptionSpec option : spec.options()) {
            String value = option.arity().max() > 0 ? " " + option.paramLabel() : "";
            text.add("").add("  " + String.join(", ", option.names()) + value);
            text.add("    " + described(option.description(), option.defaultValueString()));
        }
        spec.subcommands().forEach((name, command) -> text.add("")
                .add("  " + name)
                .add("    " + plain(command.getCommandSpec().usageMessage().description()[0])));
        return String.join("\n", text.lines(width)) + "\n";
    }

    private static String synopsis(CommandSpec spec) {
        StringBuilder line = new StringBuilder("Usage: ").append(spec.qualifiedName());
        line.append(spec.subcommands().isEmpty() ? "" : " COMMAND").append(" [OPTIONS]");
        spec.positionalParameters().forEach(parameter -> line.append(
                        parameter.arity().min() == 0 ? " [" + parameter.paramLabel() + "]" : " ")
                .append(parameter.arity().min() == 0 ? "" : parameter.paramLabel()));
        return line.toString();
    }

    private static String described(String[] description, String fallback) {
        String text = String.join(" ", List.of(description));
        return plain(text.replace("${DEFAULT-VALUE}", fallback));
    }

    /** Without picocli's markup. */
    private static String plain(String text) {
        return Help.Ansi.OFF.string(text.replace("$$", "$"));
    }
}
