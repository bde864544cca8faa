package dev.tegula.cli.command;

import dev.tegula.operations.reencrypt.SweepSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How gently tables are treated. */
final class SweepOptions {

    @Mixin
    final WorkersOption workers = new WorkersOption();

    @Option(
            names = "--max-rate",
            paramLabel = "N",
            converter = Numbers.Rate.class,
            description = "At most so many values a second; 0 for no limit.")
    double maxRate;

    @Option(
            names = "--batch",
            paramLabel = "ROWS",
            converter = Numbers.Batch.class,
            description =
                    "Rows in one transaction, 1 to 1,000 (default: ${DEFAULT-VALUE}); more is faster, and locks more.")
    int batch = 100;

    /** The settings for a sweep. */
    SweepSettings settings() {
        return SweepSettings.standard().withBatchRows(batch).withMaxPerSecond(maxRate);
    }
}
