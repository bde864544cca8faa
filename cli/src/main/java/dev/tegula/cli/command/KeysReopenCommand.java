package dev.tegula.cli.command;

import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.session.Session;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula keys reopen}. */
@Command(
        name = "reopen",
        description = {"Take back a retirement: a RETIRED key becomes DECRYPT_ONLY."})
final class KeysReopenCommand extends TegulaCommand {

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
                return DryRun.of(KeyText.name(row) + " (" + row.state() + ") would become DECRYPT_ONLY.");
            }
            KeyRow changed = lifecycle.reopen(row.keyId());
            return Outcome.done(KeyText.changed("reopen", changed), KeyText.name(changed) + " is DECRYPT_ONLY again.");
        }
    }
}
