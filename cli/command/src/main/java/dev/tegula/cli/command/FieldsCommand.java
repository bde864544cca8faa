package dev.tegula.cli.command;

import picocli.CommandLine.Command;

/** {@code tegula fields}. */
@Command(
        name = "fields",
        description = "The catalogue: which columns hold which encrypted fields.",
        subcommands = {
            FieldsListCommand.class,
            FieldsAddCommand.class,
            FieldsImportCommand.class,
            FieldsRemoveCommand.class
        })
final class FieldsCommand extends CommandGroup {}
