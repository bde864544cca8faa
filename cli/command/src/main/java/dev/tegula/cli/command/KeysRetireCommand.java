package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyUses;
import java.time.InstantSource;
import picocli.CommandLine.Command;

/** {@code tegula keys retire}. */
@Command(
        name = "retire",
        description = {
            "End the use of a superseded key. Refused while anything needs it; it still decrypts and can be reopened.",
            "tegula rotate does this at its end."
        })
final class KeysRetireCommand extends KeyChangeCommand {

    KeysRetireCommand() {
        super(new UnaskedChange());
    }

    @Override
    String dryRun(OpenDatabase open, KeyRow row) {
        KeyUses.Uses uses = open.census().of(row);
        return KeyText.name(row) + " (" + row.state() + ") "
                + (uses.none() ? "would be retired." : "would be refused: " + UsesText.summary(uses) + ".");
    }

    @Override
    KeyState after() {
        return KeyState.RETIRED;
    }

    @Override
    String next(OpenDatabase open, KeyRow row) {
        return NextStep.destroy(open, row);
    }

    @Override
    Outcome change(Invocation invocation, OpenDatabase open, KeyRow row) {
        ProgressPrinter progress = ProgressPrinter.ofCensus(invocation.console(), InstantSource.system());
        KeyRow retired;
        try {
            retired = open.guardedLifecycle(open.census().telling(progress)).retire(row.keyId());
        } finally {
            progress.clear();
        }
        return changed(retired, "RETIRED. " + NextStep.destroy(open, retired));
    }

    @Override
    void tidy(OpenDatabase open, KeyRow row) {
        open.census().settleFences(row.scope().field());
    }
}
