package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tegula secrets destroy}. */
@Command(
        name = "destroy",
        description = {
            "Remove the value of one version for ever. Not of the current one, unless the secret is deleted.",
            "Backups of the database keep it as long as they are kept."
        })
final class SecretsDestroyCommand extends TegulaCommand {

    @Mixin
    final SecretSelection selection = new SecretSelection();

    @Option(
            names = "--version",
            paramLabel = "N",
            required = true,
            converter = Numbers.Version.class,
            description = "The version; see tegula secrets history.")
    int version;

    @Mixin
    final SecretCondition condition = new SecretCondition();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            SecretStore secrets = open.tegula().secrets();
            Secret before = secrets.describe(selection.name);
            if (change.dryRun) {
                return DryRun.of(condition
                        .refusal(before.current())
                        .orElse("The value of version " + version + " of " + before.name()
                                + " would be removed for ever."));
            }
            invocation.confirm(
                    change, "Destroy the value of version " + version + " of " + before.name() + " for ever?");
            Secret secret = secrets.destroy(selection.name, version, condition.by(open));
            boolean changed = secret.rev() != before.rev();
            return SecretText.changed(
                    "destroy",
                    secret,
                    changed,
                    "Version " + version + " of " + secret.name()
                            + (changed ? " is destroyed." : " was destroyed already."));
        }
    }
}
