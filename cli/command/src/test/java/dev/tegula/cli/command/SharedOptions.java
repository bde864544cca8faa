package dev.tegula.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** What several commands explain in the same words, so that the manual says it once. */
final class SharedOptions {

    private final Map<String, List<String>> commands = new LinkedHashMap<>();

    private SharedOptions() {}

    /** Those of a command and all below it, in the order of the manual. */
    static SharedOptions of(CommandLine root) {
        SharedOptions shared = new SharedOptions();
        shared.collect(root);
        shared.commands.values().removeIf(names -> names.size() < 2);
        return shared;
    }

    private void collect(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName().replaceFirst("^tegula ?", "");
        Manual.explained(command.getCommandSpec())
                .forEach(line ->
                        commands.computeIfAbsent(line, any -> new ArrayList<>()).add(name));
        command.getSubcommands().values().forEach(this::collect);
    }

    boolean contains(String line) {
        return commands.containsKey(line);
    }

    /** Their lines. One whose option means something else in other commands names those that it is for. */
    List<String> lines() {
        return commands.keySet().stream().map(this::line).toList();
    }

    private String line(String line) {
        String option = option(line);
        boolean alone = commands.keySet().stream()
                        .filter(other -> option(other).equals(option))
                        .count()
                == 1;
        return alone ? line : line + " (" + String.join(", ", commands.get(line)) + ")";
    }

    /** What stands in backticks: the option with its value. */
    private static String option(String line) {
        int begin = line.indexOf('`') + 1;
        return line.substring(begin, line.indexOf('`', begin));
    }
}
