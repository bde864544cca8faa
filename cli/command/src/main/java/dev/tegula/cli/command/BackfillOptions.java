package dev.tegula.cli.command;

import dev.tegula.operations.reencrypt.Finding.Kind;
import dev.tegula.operations.reencrypt.SweepSettings;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command that fills or compares columns goes through their rows. */
final class BackfillOptions {

    @Mixin
    final RateOption rate = new RateOption();

    @Option(
            names = "--batch",
            paramLabel = "ROWS",
            converter = Numbers.Batch.class,
            description =
                    "Rows in one transaction, 1 to 1,000 (default: ${DEFAULT-VALUE}); more is faster, and locks more.")
    int batch = 100;

    @Mixin
    final LagOption lag = new LagOption();

    @Mixin
    final AcceptOptions accept = new AcceptOptions();

    SweepSettings settings() {
        return SweepSettings.standard()
                .withBatchRows(batch)
                .withMaxPerSecond(rate.perSecond)
                .withMaxLag(lag.limit());
    }

    /** The kinds of findings that do not stop it. */
    Set<Kind> accepted() {
        return accept.kinds();
    }
}
