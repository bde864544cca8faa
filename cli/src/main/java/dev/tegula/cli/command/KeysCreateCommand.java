package dev.tegula.cli.command;

import dev.tegula.cli.backup.FirstKey;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.session.Session;
import dev.tegula.envelope.Scope;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula keys create}. */
@Command(
        name = "create",
        description = {
            "Make a new key of a field. It is PENDING: nothing is written under it yet.",
            "The key is drawn here, wrapped by the KEK, unwrapped again and compared."
        })
final class KeysCreateCommand extends TegulaCommand {

    @Parameters(paramLabel = "FIELD", description = "Field of the key.")
    String field = "";

    @Option(names = "--tenant", paramLabel = "T", description = "Tenant of the key, for a field with a key for each.")
    String tenant = "";

    @Option(
            names = "--kek",
            paramLabel = "ALIAS",
            description = "KEK that wraps it; without, the default of the field.")
    String kek = "";

    @Option(
            names = "--activate",
            description = "Back it up and activate it too. For a first key; to replace a key, use tegula rotate.")
    boolean activate;

    @Mixin
    final ChangeOptions change = new ChangeOptions();

    @Override
    Outcome run(Invocation invocation) {
        Scope scope = KeySelection.scope(field, tenant);
        try (Session session = invocation.session()) {
            String alias = kek.isEmpty() ? session.tegula().keks().aliasFor(scope.field()) : kek;
            if (change.dryRun) {
                return DryRun.of("a new key of " + scope + " would be made under KEK " + alias
                        + (activate ? ", backed up and activated." : "; it would be PENDING."));
            }
            KeyLifecycle lifecycle = session.lifecycle();
            if (!activate) {
                KeyRow row = lifecycle.create(scope, alias);
                return Outcome.done(
                        KeyText.changed("create", row),
                        KeyText.name(row) + " is PENDING under KEK " + alias + ". Next: tegula keys backup " + field
                                + ", then tegula keys activate " + field + " --version " + row.version());
            }
            Path file = BackupFolder.file(session, field);
            KeyRow active = FirstKey.make(lifecycle, session.configuration().deployment(), scope, alias, file);
            return Outcome.done(
                    KeyText.changed("create", active),
                    KeyText.name(active) + " is ACTIVE under KEK " + alias + "; its backup is " + file);
        }
    }
}
