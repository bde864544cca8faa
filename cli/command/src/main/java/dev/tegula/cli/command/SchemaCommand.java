package dev.tegula.cli.command;

import picocli.CommandLine.Command;

/** {@code tegula schema}. */
@Command(
        name = "schema",
        description = "Tegula's own tables, the rights on them, and the checks of encrypted columns.",
        subcommands = {
            SchemaPrintCommand.class,
            SchemaApplyCommand.class,
            SchemaGrantsCommand.class,
            SchemaChecksCommand.class
        })
final class SchemaCommand extends CommandGroup {}
