package dev.tegula.cli.command;

import picocli.CommandLine.Option;

/**
 * A change that nobody is asked about: it only makes what is not there yet, or takes one step with one key, which guards
 * refuse where it would hurt. Every value stays readable.
 */
final class UnaskedChange extends ChangeOptions {

    @Option(names = "--yes", description = "Taken as everywhere; this command never asks.", order = 91)
    boolean yes;
}
