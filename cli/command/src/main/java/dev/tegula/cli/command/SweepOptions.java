package dev.tegula.cli.command;

import dev.tegula.operations.reencrypt.SweepSettings;
import java.time.Duration;
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
                    "At most so many rows in one transaction, 1 to 1,000 (default: ${DEFAULT-VALUE}). A sweep takes fewer while a"
                            + " transaction is slow or applications are at the rows.")
    int batch = 1_000;

    @Option(
            names = "--max-lag",
            paramLabel = "SECONDS",
            converter = Numbers.Lag.class,
            description = "Wait while a replica is further behind, or a replication slot is about to lose WAL (default:"
                    + " ${DEFAULT-VALUE}); 0 to go on beside any.")
    int maxLag = 30;

    /** The settings for a sweep. */
    SweepSettings settings() {
        return SweepSettings.standard()
                .withBatchRows(batch)
                .withMaxPerSecond(maxRate)
                .withMaxLag(Duration.ofSeconds(maxLag));
    }
}
