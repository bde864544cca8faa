package dev.tegula.cli.command;

import dev.tegula.reencrypt.SweepSettings;
import picocli.CommandLine.Option;

/** How gently tables are treated. */
final class SweepOptions {

    @Option(names = "--workers", paramLabel = "N", description = "Threads of this process (default: ${DEFAULT-VALUE}).")
    int workers = 2;

    @Option(names = "--max-rate", paramLabel = "N", description = "At most so many values a second; 0 for no limit.")
    double maxRate;

    @Option(
            names = "--batch",
            paramLabel = "ROWS",
            description = "Rows in one transaction (default: ${DEFAULT-VALUE}); more is faster, and locks more.")
    int batch = 100;

    /** The settings for a sweep. */
    SweepSettings settings() {
        return SweepSettings.standard().withBatchRows(batch).withMaxPerSecond(maxRate);
    }
}
