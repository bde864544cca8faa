package dev.tegula.cli.command;

import picocli.CommandLine.Command;

/** {@code tegula jobs}. */
@Command(
        name = "jobs",
        description = "Re-encryption jobs that have not ended: who moves rows of which table.",
        subcommands = {
            JobsListCommand.class,
            JobsShowCommand.class,
            JobsPauseCommand.class,
            JobsResumeCommand.class,
            JobsRunCommand.class,
            JobsFinishCommand.class,
            JobsCancelCommand.class
        })
final class JobsCommand extends CommandGroup {}
