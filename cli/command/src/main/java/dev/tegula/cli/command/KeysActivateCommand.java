package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.envelope.Purpose;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import picocli.CommandLine.Command;

/** {@code tegula keys activate}. */
@Command(
        name = "activate",
        description = {
            "Make a PENDING key the one new values are written under.",
            "The key that was becomes DECRYPT_ONLY in the same transaction. To move the rows too, use tegula rotate."
        })
final class KeysActivateCommand extends KeyChangeCommand {

    KeysActivateCommand() {
        super(new UnaskedChange());
    }

    @Override
    String dryRun(OpenDatabase open, KeyRow row) {
        return KeyText.name(row) + " (" + row.state() + ") would become ACTIVE.";
    }

    @Override
    KeyState after() {
        return KeyState.ACTIVE;
    }

    @Override
    Outcome change(Invocation invocation, OpenDatabase open, KeyRow row) {
        KeyRow active = open.lifecycle().activate(row.keyId());
        if (active.scope().purpose() == Purpose.BRANCH) {
            return changed(active, "ACTIVE; it wraps new keys. To move those that are there: tegula keys rewrap --all");
        }
        return changed(active, "ACTIVE; running applications write under it when their write lease ends.");
    }
}
