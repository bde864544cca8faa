package dev.tegula.cli.command;

import dev.tegula.cli.output.UsageException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tegula help}. */
@Command(name = "help", description = "Show the help of a command, as --help after it does; without one, all commands.")
final class HelpCommand implements Callable<Integer> {

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "A command, for example rotate, or keys create.")
    List<String> path = List.of();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("A command runs only below the root command.");
        }
        CommandLine command = spec.root().commandLine();
        for (String name : path) {
            CommandLine inner = command.getSubcommands().get(name);
            if (inner == null) {
                String outer = command.getCommandSpec().qualifiedName();
                throw new UsageException("There is no command `" + outer + " " + name + "`; `" + outer + "` has: "
                        + String.join(", ", command.getSubcommands().keySet()) + ".");
            }
            command = inner;
        }
        command.usage(spec.commandLine().getOut());
        spec.commandLine().getOut().flush();
        return 0;
    }
}
