package dev.tegula.cli.command;

import picocli.CommandLine.Command;

/** {@code tegula keys}. */
@Command(
        name = "keys",
        description = "List and change data keys.",
        subcommands = {
            KeysListCommand.class,
            KeysCreateCommand.class,
            KeysActivateCommand.class,
            KeysRewrapCommand.class,
            KeysRetireCommand.class,
            KeysReopenCommand.class,
            KeysDestroyCommand.class,
            KeysBackupCommand.class,
            KeysImportCommand.class,
            KeysDropUnsealedCommand.class,
            KeysRotateRegistryCommand.class
        })
final class KeysCommand extends CommandGroup {}
