package dev.tegula.cli.command;

import picocli.CommandLine.Option;

/**
 * Options of every command that changes something. Who asks before is a rule of the command line, not of the command:
 * {@link AskedChange} says it.
 */
abstract class ChangeOptions {

    @Option(names = "--dry-run", description = "Show what would happen; change nothing.", order = 90)
    boolean dryRun;
}
