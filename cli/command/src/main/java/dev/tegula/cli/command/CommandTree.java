package dev.tegula.cli.command;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.ErrorReport;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.FailureDetail;
import dev.tegula.cli.output.UsageException;
import dev.tegula.config.NameSuggestion;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as picocli sees it, and the one way in. */
public final class CommandTree {

    private CommandTree() {}

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    public static int run(Console console, Map<String, String> environment, String... arguments) {
        console.choose(Arrays.asList(arguments).contains("--json"), false);
        RootCommand root = new RootCommand(console, environment);
        try {
            return ErrorReport.end(console, root.subject(), of(root).execute(arguments));
        } finally {
            root.interruption().close();
        }
    }

    /** All commands, on a console. */
    public static CommandLine of(Console console, Map<String, String> environment) {
        return of(new RootCommand(console, environment));
    }

    private static CommandLine of(RootCommand root) {
        Console console = root.console();
        CommandLine commands = new CommandLine(root);
        commands.setOut(console.help());
        commands.setErr(console.err());
        int width = console.terminal().width();
        commands.setUsageHelpWidth(Math.max(NarrowHelp.PICOCLI, width));
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setUsageHelpLongOptionsMaxWidth(26);
        commands.setColorScheme(CommandLine.Help.defaultColorScheme(
                console.terminal().colour() && console.terminal().output() ? Ansi.ON : Ansi.OFF));
        inOrder(commands);
        commands.getCommandSpec().versionProvider(() -> new String[] {"tegula " + version()});
        commands.getHelpSectionMap()
                .put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandList(width));
        if (width < NarrowHelp.PICOCLI) {
            narrow(commands, new NarrowHelp(width));
        }
        commands.setParameterExceptionHandler((failure, args) -> usage(console, failure));
        commands.setExecutionExceptionHandler(
                (failure, line, parsed) -> ErrorReport.print(console, failure, root.environment(), root.subject())
                        .code());
        return commands;
    }

    /**
     * Why a command line would be refused as usage; empty if it would not be. Runs nothing.
     *
     * @param arguments what follows {@code tegula}
     */
    public static Optional<String> refusal(Console console, String... arguments) {
        CommandLine commands = of(console, Map.of());
        try {
            CommandLine.ParseResult last = commands.parseArgs(arguments);
            while (last.hasSubcommand()) {
                last = last.subcommand();
            }
            if (last.isUsageHelpRequested() || last.isVersionHelpRequested()) {
                return Optional.empty();
            }
            if (last.commandSpec().userObject() instanceof TegulaCommand command) {
                command.requireSense();
                return Optional.empty();
            }
            return last.commandSpec().userObject() instanceof HelpCommand
                    ? Optional.empty()
                    : Optional.of("it names no command");
        } catch (ParameterException | UsageException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static void narrow(CommandLine command, NarrowHelp help) {
        command.setHelpSectionKeys(List.of(NarrowHelp.SECTION));
        command.getHelpSectionMap().put(NarrowHelp.SECTION, help);
        command.getSubcommands().values().forEach(inner -> narrow(inner, help));
    }

    /** Options in the order of their classes: first those of the command, then those of all. */
    private static void inOrder(CommandLine command) {
        command.getCommandSpec().usageMessage().sortOptions(false).sortSynopsis(false);
        command.getSubcommands().values().forEach(CommandTree::inOrder);
    }

    /** The version of this build. */
    static String version() {
        String version = CommandTree.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    /** By the same measure as every other name that is mistyped; picocli's own is another one, and cannot be asked for names. */
    private static Optional<String> meant(UnmatchedArgumentException failure) {
        String name = failure.getUnmatched().get(0).replaceFirst("=.*", "");
        CommandSpec command = failure.getCommandLine().getCommandSpec();
        return NameSuggestion.to(
                name,
                name.startsWith("-")
                        ? command.optionsMap().keySet()
                        : command.subcommands().keySet());
    }

    /** Text behind an option that takes none. */
    private static boolean ofSwitch(ParameterException failure) {
        return failure.getArgSpec() != null && failure.getArgSpec().type() == boolean.class;
    }

    private static int usage(Console console, ParameterException failure) {
        String name = failure.getCommandLine().getCommandSpec().qualifiedName();
        boolean mayBeAValue = (failure instanceof UnmatchedArgumentException || ofSwitch(failure))
                && failure.getCommandLine().getCommandSpec().userObject() instanceof SecretsPutCommand;
        StringBuilder message = new StringBuilder(
                mayBeAValue ? SecretsPutCommand.VALUE_IN_ARGUMENTS : String.valueOf(failure.getMessage()));
        if (!mayBeAValue && failure instanceof UnmatchedArgumentException unmatched) {
            meant(unmatched)
                    .ifPresent(meant ->
                            message.append(". Did you mean `").append(meant).append("`?"));
        }
        message.append(message.toString().endsWith("?") ? "" : ".")
                .append(" See `")
                .append(name)
                .append(" --help`.");
        ErrorReport.print(console, Exit.USAGE, "usage", message.toString(), FailureDetail.none());
        return Exit.USAGE.code();
    }
}
