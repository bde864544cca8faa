package dev.tegula.cli.command;

import picocli.CommandLine.Option;

/** Options of every command that changes something. */
final class ChangeOptions {

    @Option(names = "--dry-run", description = "Show what would happen; change nothing.", order = 90)
    boolean dryRun;

    @Option(names = "--yes", description = "Do not ask; needed where there is no terminal.", order = 91)
    boolean yes;
}
