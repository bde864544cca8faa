package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula secrets undelete}. */
@Command(
        name = "undelete",
        description = {
            "Bring a deleted secret back with the version that it had.",
            "A put or a rollback brings it back too, with another version."
        })
final class SecretsUndeleteCommand extends TegulaCommand {

    @Mixin
    final SecretSelection selection = new SecretSelection();

    @Mixin
    final SecretCondition condition = new SecretCondition();

    @Mixin
    final UnaskedChange change = new UnaskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            SecretStore secrets = open.tegula().secrets();
            Secret before = secrets.describe(selection.name);
            boolean already = before.state() == Secret.State.LIVE;
            if (change.dryRun) {
                return DryRun.of(condition
                        .refusal(before.current())
                        .orElse(before.name() + (already ? " is not deleted." : " would be given out again.")));
            }
            Secret secret = secrets.undelete(selection.name, condition.by(open));
            boolean changed = secret.rev() != before.rev();
            return SecretText.changed(
                    "undelete",
                    secret,
                    changed,
                    secret.name() + (changed ? " is back, with version " : " was not deleted; it has version ")
                            + secret.current() + ".");
        }
    }
}
