package dev.tegula.cli.command;

import picocli.CommandLine.Command;

/** {@code tegula secrets}. */
@Command(
        name = "secrets",
        description = "Keep named values with versions, and give them out.",
        subcommands = {
            SecretsPutCommand.class,
            SecretsGetCommand.class,
            SecretsHistoryCommand.class,
            SecretsListCommand.class,
            SecretsCopyCommand.class,
            SecretsDiffCommand.class,
            SecretsCheckCommand.class,
            SecretsImportCommand.class,
            SecretsExportCommand.class,
            SecretsSnapshotCommand.class,
            SecretsRollbackCommand.class,
            SecretsDeleteCommand.class,
            SecretsUndeleteCommand.class,
            SecretsDestroyCommand.class
        })
final class SecretsCommand extends CommandGroup {}
