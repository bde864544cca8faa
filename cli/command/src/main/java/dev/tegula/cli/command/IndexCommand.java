package dev.tegula.cli.command;

import picocli.CommandLine.Command;

/** {@code tegula index}. */
@Command(
        name = "index",
        description =
                "Blind indexes: plan them, fill them for rows that are there, and compare them with their values.",
        subcommands = {IndexPlanCommand.class, IndexBackfillCommand.class, IndexVerifyCommand.class})
final class IndexCommand extends CommandGroup {}
