package dev.tegula.cli.command;

import picocli.CommandLine.Option;

/** How fast tables are read or written. */
final class RateOption {

    @Option(
            names = "--max-rate",
            paramLabel = "N",
            converter = Numbers.Rate.class,
            description = "At most so many values a second (status and index: rows); 0 for no limit.")
    double perSecond;
}
