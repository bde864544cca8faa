package dev.tegula.cli.command;

import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.session.Session;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula keys activate}. */
@Command(
        name = "activate",
        description = {
            "Make a PENDING key the one new values are written under.",
            "The key that was becomes DECRYPT_ONLY in the same transaction. To move the rows too, use tegula rotate."
        })
final class KeysActivateCommand extends TegulaCommand {

    @Mixin
    final KeySelection selection = new KeySelection();

    @Mixin
    final ChangeOptions change = new ChangeOptions();

    @Override
    Outcome run(Invocation invocation) {
        try (Session session = invocation.session()) {
            KeyLifecycle lifecycle = session.lifecycle();
            KeyRow row = selection.in(lifecycle.list());
            if (change.dryRun) {
                return DryRun.of(KeyText.name(row) + " (" + row.state() + ") would become ACTIVE.");
            }
            KeyRow changed = lifecycle.activate(row.keyId());
            return Outcome.done(
                    KeyText.changed("activate", changed),
                    KeyText.name(changed)
                            + " is ACTIVE; running applications write under it when their write lease ends.");
        }
    }
}
