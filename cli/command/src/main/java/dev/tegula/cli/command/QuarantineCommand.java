package dev.tegula.cli.command;

import picocli.CommandLine.Command;

/** {@code tegula quarantine}. */
@Command(
        name = "quarantine",
        description =
                "Values that a re-encryption left as they are, because they do not open or their table refuses the row.",
        subcommands = {QuarantineListCommand.class, QuarantineShowCommand.class, QuarantineRetryCommand.class})
final class QuarantineCommand extends CommandGroup {}
