package dev.tegula.cli.command;

import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.session.Session;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import picocli.CommandLine.Command;

/** {@code tegula keys destroy}. */
@Command(
        name = "destroy",
        description = {
            "Remove the wrapped bytes of a RETIRED key, for ever. There is no --force.",
            "Refused while anything needs it, and until the waiting period of tegula.keys.retention is over."
        })
final class KeysDestroyCommand extends KeyChangeCommand {

    @Override
    String dryRun(Session session, KeyRow row) {
        return KeyText.name(row) + " is " + row.state() + " and is needed by "
                + UsesText.summary(session.census().of(row)) + ". " + NextStep.destroy(session, row);
    }

    @Override
    KeyState after() {
        return KeyState.DESTROYED;
    }

    @Override
    Outcome change(Invocation invocation, Session session, KeyRow row) {
        invocation.confirm(
                change, "Destroy " + KeyText.name(row) + "? Values under it, in backups too, can never be read again.");
        return changed(
                session.guardedLifecycle().destroy(row.keyId(), session.retention()),
                "DESTROYED: its wrapped bytes are gone from the registry. Old backups of the registry still hold them"
                        + " until they expire.");
    }
}
