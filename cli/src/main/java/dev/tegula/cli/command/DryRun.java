package dev.tegula.cli.command;

import dev.tegula.cli.output.Json;
import dev.tegula.cli.output.Outcome;

/** The end of a command that only looked. */
final class DryRun {

    private DryRun() {}

    static Outcome of(String what) {
        return Outcome.done(
                Json.object("schema", "tegula/dry-run/1", "plan", what, "changed", false),
                what,
                "Dry run: nothing was changed.");
    }
}
