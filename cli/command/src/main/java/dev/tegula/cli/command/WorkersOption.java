package dev.tegula.cli.command;

import picocli.CommandLine.Option;

/** How many threads work. */
final class WorkersOption {

    @Option(
            names = "--workers",
            paramLabel = "N",
            converter = Numbers.Workers.class,
            description = "Threads of this process, 1 to 64 (default: ${DEFAULT-VALUE}).")
    int count = 2;
}
