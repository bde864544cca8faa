package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tegula secrets rollback}. */
@Command(
        name = "rollback",
        description = {
            "Write the value of an older version as the newest one.",
            "Nothing is taken back: the history only grows. The new version does not expire."
        })
final class SecretsRollbackCommand extends TegulaCommand {

    @Mixin
    final SecretSelection selection = new SecretSelection();

    @Option(
            names = "--to",
            paramLabel = "N",
            required = true,
            converter = Numbers.Version.class,
            description = "The version whose value it is; see tegula secrets history.")
    int version;

    @Mixin
    final SecretCondition condition = new SecretCondition();

    @Mixin
    final UnaskedChange change = new UnaskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            SecretStore secrets = open.tegula().secrets();
            Secret before = secrets.describe(selection.name);
            if (change.dryRun) {
                return DryRun.of(condition
                        .refusal(before.current())
                        .orElse(before.name() + " would get version " + (before.current() + 1)
                                + " with the value of version " + version + "."));
            }
            Secret secret = secrets.rollback(selection.name, version, condition.by(open));
            return SecretText.changed(
                    "rollback",
                    secret,
                    true,
                    secret.name() + " has version " + secret.current() + ", with the value of version " + version
                            + ".");
        }
    }
}
