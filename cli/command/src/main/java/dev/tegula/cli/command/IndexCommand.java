package dev.tegula.cli.command;

import picocli.CommandLine.Command;

/** {@code tegula index}. */
@Command(
        name = "index",
        description =
                "Blind indexes and tokens: plan them, fill them for rows that are there, compare them with their values, replace their key.",
        subcommands = {
            IndexPlanCommand.class,
            IndexBackfillCommand.class,
            IndexVerifyCommand.class,
            IndexRotateCommand.class
        })
final class IndexCommand extends CommandGroup {}
