package dev.tegula.cli.command;

import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.session.Session;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula keys retire}. */
@Command(
        name = "retire",
        description = {
            "End the use of a superseded key. Refused while anything needs it; it still decrypts and can be reopened.",
            "tegula rotate does this at its end."
        })
final class KeysRetireCommand extends TegulaCommand {

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
                return DryRun.of(KeyText.name(row) + " (" + row.state() + ") "
                        + (uses.none() ? "would be retired." : "would be refused: " + UsesText.summary(uses) + "."));
            }
            KeyRow retired = lifecycle.retire(row.keyId());
            return Outcome.done(
                    KeyText.changed("retire", retired),
                    KeyText.name(retired) + " is RETIRED. " + NextStep.destroy(session, retired));
        }
    }
}
