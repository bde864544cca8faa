package dev.tegula.cli.command;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.UsageException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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

    /** Empty text is what a script passes whose variable is not set; it never stands for something. */
    private static void requireText(CommandSpec spec) {
        CommandLine.ParseResult said = spec.commandLine().getParseResult();
        for (ArgSpec argument : said.matchedArgs()) {
            if (argument.originalStringValues().stream()
                    .anyMatch(text -> text.isBlank() && argument.arity().max() > 0)) {
                String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
                throw new UsageException(name + " is empty. Leave it out, or give it a value.");
            }
        }
    }

    @Override
    public final Integer call() throws Exception {
        if (spec == null || !(spec.root().userObject() instanceof RootCommand root)) {
            throw new IllegalStateException("A command runs only below the root command.");
        }
        requireText(spec);
        for (CommandSpec outer = spec.parent(); outer != null; outer = outer.parent()) {
            requireText(outer);
            outer.mixins().values().stream()
                    .map(CommandSpec::userObject)
                    .filter(CommonOptions.class::isInstance)
                    .forEach(said -> common.inherit((CommonOptions) said));
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
