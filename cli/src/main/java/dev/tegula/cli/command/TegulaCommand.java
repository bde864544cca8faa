package dev.tegula.cli.command;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Outcome;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands share: the common options, and printing the outcome. */
abstract class TegulaCommand implements Callable<Integer> {

    @Mixin
    final CommonOptions common = new CommonOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    /**
     * Refuses arguments that say nothing together. Opens nothing, so what messages and pages name can be tried by it.
     *
     * @throws dev.tegula.cli.output.UsageException if they do
     */
    void requireSense() {}

    /** Does the work; failures are thrown. */
    abstract Outcome run(Invocation invocation) throws Exception;

    @Override
    public final Integer call() throws Exception {
        if (spec == null || !(spec.root().userObject() instanceof RootCommand root)) {
            throw new IllegalStateException("A command runs only below the root command.");
        }
        Console console = root.console();
        console.choose(common.json, common.quiet);
        boolean changes =
                spec.mixins().values().stream().anyMatch(mixin -> mixin.userObject() instanceof ChangeOptions);
        if (changes) {
            root.subject().changing();
        }
        requireSense();
        Outcome outcome =
                run(new Invocation(console, root.environment(), common, root.interruption(), root.subject(), changes));
        console.print(outcome);
        return outcome.exit().code();
    }
}
