package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula secrets delete}. */
@Command(
        name = "delete",
        description = {
            "Hide a secret: nobody is given its values any more.",
            "They stay, and tegula secrets undelete brings them back; tegula secrets destroy removes them."
        })
final class SecretsDeleteCommand extends TegulaCommand {

    @Mixin
    final SecretSelection selection = new SecretSelection();

    @Mixin
    final SecretCondition condition = new SecretCondition();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            SecretStore secrets = open.tegula().secrets();
            Secret before = secrets.describe(selection.name);
            boolean already = before.state() == Secret.State.DELETED;
            if (change.dryRun) {
                return DryRun.of(condition
                        .refusal(before.current())
                        .orElse(before.name()
                                + (already ? " is deleted already." : " would be hidden; its values stay.")));
            }
            if (!already) {
                invocation.confirm(change, "Delete " + before.name() + "? Who asks for it then is refused.");
            }
            Secret secret = secrets.delete(selection.name, condition.by(open));
            boolean changed = secret.rev() != before.rev();
            return SecretText.changed(
                    "delete",
                    secret,
                    changed,
                    secret.name() + (changed ? " is" : " was") + " deleted" + (changed ? "" : " already")
                            + ". tegula secrets undelete " + secret.name() + " brings it back.");
        }
    }
}
