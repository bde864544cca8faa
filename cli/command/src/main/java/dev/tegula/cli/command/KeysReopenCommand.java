package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import picocli.CommandLine.Command;

/** {@code tegula keys reopen}. */
@Command(
        name = "reopen",
        description = {"Take back a retirement: a RETIRED key becomes DECRYPT_ONLY."})
final class KeysReopenCommand extends KeyChangeCommand {

    KeysReopenCommand() {
        super(new UnaskedChange());
    }

    @Override
    String dryRun(OpenDatabase open, KeyRow row) {
        return KeyText.name(row) + " (" + row.state() + ") would become DECRYPT_ONLY.";
    }

    @Override
    KeyState after() {
        return KeyState.DECRYPT_ONLY;
    }

    @Override
    Outcome change(Invocation invocation, OpenDatabase open, KeyRow row) {
        return changed(open.lifecycle().reopen(row.keyId()), "DECRYPT_ONLY again.");
    }
}
