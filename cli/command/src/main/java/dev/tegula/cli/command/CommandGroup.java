package dev.tegula.cli.command;

import dev.tegula.cli.output.UsageException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that only holds others, for example {@code keys}. */
abstract class CommandGroup implements Callable<Integer> {

    @Mixin
    final CommonOptions common = new CommonOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public final Integer call() {
        if (spec == null) {
            throw new IllegalStateException("A group runs only below the root command.");
        }
        throw new UsageException("Which one? `" + spec.qualifiedName() + "` has: "
                + String.join(", ", spec.subcommands().keySet()) + ". See `" + spec.qualifiedName() + " --help`.");
    }
}
