package dev.tegula.cli.command;

import dev.tegula.operations.reencrypt.SweepSettings;
import picocli.CommandLine.Mixin;

/** How many threads sweep, and how gently. */
final class SweepOptions {

    @Mixin
    final WorkersOption workers = new WorkersOption();

    @Mixin
    final BatchOptions batch = new BatchOptions();

    /** The settings for a sweep. */
    SweepSettings settings() {
        return batch.settings();
    }
}
