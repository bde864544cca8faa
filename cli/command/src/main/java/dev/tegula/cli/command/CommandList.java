package dev.tegula.cli.command;

import dev.tegula.cli.output.Layout;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;

/** The commands in the help of the root, in groups and in the order in which somebody meets them. */
final class CommandList implements IHelpSectionRenderer {

    private static final List<Map.Entry<String, List<String>>> GROUPS = List.of(
            Map.entry("Begin", List.of("demo", "init", "doctor")),
            Map.entry("Every day", List.of("status", "rotate", "reencrypt", "verify", "scan", "report")),
            Map.entry(
                    "Keys, fields, schema",
                    List.of(
                            "keys",
                            "shred",
                            "fields",
                            "adopt",
                            "release",
                            "rebind",
                            "index",
                            "jobs",
                            "quarantine",
                            "schema")),
            Map.entry("Secrets", List.of("secrets", "run")),
            Map.entry("Look", List.of("audit", "inspect", "config", "completion", "help")));

    private final int width;

    CommandList(int width) {
        this.width = width;
    }

    @Override
    public String render(Help help) {
        StringBuilder out = new StringBuilder();
        for (Map.Entry<String, List<String>> group : GROUPS) {
            out.append('\n')
                    .append(help.colorScheme().text("@|bold " + group.getKey() + "|@"))
                    .append('\n');
            for (String name : group.getValue()) {
                out.append(line(help, name, width));
            }
        }
        List<String> last = new Layout()
                .add("FIELD is a field id or a glob: 'patient.*'. Exit codes and examples: docs/cli.md")
                .lines(width);
        return out.append('\n').append(String.join("\n", last)).append('\n').toString();
    }

    private static String line(Help help, String name, int width) {
        CommandLine command = help.commandSpec().subcommands().get(name);
        if (command == null) {
            return "";
        }
        String[] description = command.getCommandSpec().usageMessage().description();
        String inner = String.join(" ", command.getSubcommands().keySet());
        String text = inner.isEmpty() ? description[0] : description[0] + " (" + inner + ")";
        String first = "  " + help.colorScheme().commandText(name) + " ".repeat(12 - name.length());
        List<String> lines = new Layout().add(text).lines(width - 14);
        return first + String.join("\n" + " ".repeat(14), lines) + "\n";
    }
}
