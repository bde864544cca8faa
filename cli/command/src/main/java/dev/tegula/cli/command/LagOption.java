package dev.tegula.cli.command;

import java.time.Duration;
import picocli.CommandLine.Option;

/** When replicas come first. */
final class LagOption {

    @Option(
            names = "--max-lag",
            paramLabel = "SECONDS",
            converter = Numbers.Lag.class,
            description =
                    "Wait while a replica is further behind, or a replication slot keeps more WAL than max_wal_size or is"
                            + " about to lose some (default: ${DEFAULT-VALUE}); 0 to go on beside any.")
    private int seconds = 30;

    Duration limit() {
        return Duration.ofSeconds(seconds);
    }
}
