package dev.tegula.cli.command;

import picocli.CommandLine.Command;

/** {@code tegula config}. */
@Command(
        name = "config",
        description = "Show each setting and its origin.",
        subcommands = {ConfigShowCommand.class})
final class ConfigCommand extends CommandGroup {}
