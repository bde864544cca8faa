package dev.tegula.cli.command;

import picocli.CommandLine.Option;

/**
 * A change that is asked for once more: it moves your rows, changes what is counted and moved or where, takes something away,
 * or changes more keys than the command line names. A command that has this asks first.
 */
final class AskedChange extends ChangeOptions {

    @Option(names = "--yes", description = "Do not ask; needed where there is no terminal.", order = 91)
    boolean yes;
}
