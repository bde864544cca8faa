package dev.tegula.cli.command;

import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.session.Session;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula keys destroy}. */
@Command(
        name = "destroy",
        description = {
            "Remove the wrapped bytes of a RETIRED key, for ever. There is no --force.",
            "Refused while anything needs it, and until the waiting period of tegula.keys.retention is over."
        })
final class KeysDestroyCommand extends TegulaCommand {

    @Mixin
    final KeySelection selection = new KeySelection();

    @Mixin
    final ChangeOptions change = new ChangeOptions();

    @Override
    Outcome run(Invocation invocation) {
        try (Session session = invocation.session()) {
            KeyLifecycle lifecycle = session.guardedLifecycle();
            KeyRow row = selection.in(lifecycle.list());
            if (change.dryRun) {
                KeyUses.Uses uses = session.census().of(row);
                return DryRun.of(KeyText.name(row) + " is " + row.state() + " and is needed by "
                        + UsesText.summary(uses) + ". " + NextStep.destroy(session, row));
            }
            invocation.confirm(
                    change,
                    "Destroy " + KeyText.name(row) + "? Values under it, in backups too, can never be read again.");
            KeyRow destroyed = lifecycle.destroy(row.keyId(), session.retention());
            return Outcome.done(
                    KeyText.changed("destroy", destroyed),
                    KeyText.name(destroyed) + " is DESTROYED: its wrapped bytes are gone from the registry."
                            + " Old backups of the registry still hold them until they expire.");
        }
    }
}
