package dev.tegula.cli.command;

import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.document.Json;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code tegula completion}. */
@Command(
        name = "completion",
        description = {"Print a completion script for bash and zsh.", "Use it with: source <(tegula completion)"})
final class CompletionCommand extends TegulaCommand {

    @Override
    Outcome run(Invocation invocation) {
        if (spec == null) {
            throw new IllegalStateException("A command runs only below the root command.");
        }
        String script = AutoComplete.bash("tegula", spec.root().commandLine());
        return Outcome.done(
                Json.object("schema", "tegula/completion/1", "script", script), new Layout().verbatim(script));
    }
}
