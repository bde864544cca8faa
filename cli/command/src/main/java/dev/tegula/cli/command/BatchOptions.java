package dev.tegula.cli.command;

import dev.tegula.operations.reencrypt.SweepSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How gently tables are treated. */
final class BatchOptions {

    @Mixin
    final RateOption rate = new RateOption();

    @Option(
            names = "--batch",
            paramLabel = "ROWS",
            converter = Numbers.Batch.class,
            description =
                    "At most so many rows in one transaction, 1 to 1,000 (default: ${DEFAULT-VALUE}). A sweep takes fewer while a"
                            + " transaction is slow or applications are at the rows.")
    int batch = 1_000;

    @Mixin
    final LagOption lag = new LagOption();

    /** The settings for a sweep. */
    SweepSettings settings() {
        return SweepSettings.standard()
                .withBatchRows(batch)
                .withMaxPerSecond(rate.perSecond)
                .withMaxLag(lag.limit());
    }
}
