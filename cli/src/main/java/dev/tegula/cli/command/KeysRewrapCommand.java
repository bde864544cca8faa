package dev.tegula.cli.command;

import dev.tegula.cli.output.Json;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.output.UsageException;
import dev.tegula.cli.session.Session;
import dev.tegula.kms.Glob;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula keys rewrap}. */
@Command(
        name = "rewrap",
        description = {
            "Wrap keys anew under the newest version of their KEK, or under another KEK. Values are not touched.",
            "This revokes nothing: after a leak of a KEK, rotate. The old KEK must live as long as backups do."
        })
final class KeysRewrapCommand extends TegulaCommand {

    @Parameters(paramLabel = "FIELD", arity = "1..*", description = "Field ids or globs.")
    List<String> fields = List.of();

    @Option(names = "--to", paramLabel = "ALIAS", description = "Another KEK; without, the newest version of the same.")
    String to = "";

    @Mixin
    final ChangeOptions change = new ChangeOptions();

    @Override
    Outcome run(Invocation invocation) {
        try (Session session = invocation.session()) {
            KeyLifecycle lifecycle = session.lifecycle();
            List<KeyRow> chosen =
                    lifecycle.list().stream().filter(this::selected).toList();
            if (chosen.isEmpty()) {
                throw new UsageException("No key matches " + fields + ". See `tegula keys list`.");
            }
            if (change.dryRun) {
                return DryRun.of(Table.count(chosen.size(), "key") + " would be wrapped anew"
                        + (to.isEmpty() ? " under the newest version of their KEK." : " under KEK " + to + "."));
            }
            List<Object> keys = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            for (KeyRow row : chosen) {
                KeyRow after = lifecycle.rewrap(row.keyId(), to.isEmpty() ? row.kekAlias() : to);
                keys.add(KeyText.document(after));
                lines.add(KeyText.name(after) + " is wrapped under " + after.kekAlias() + " version "
                        + after.wrapped().orElseThrow().kekVersion() + ".");
            }
            lines.add("Back the keys up again: tegula keys backup " + String.join(" ", fields));
            return Outcome.done(Json.object("schema", "tegula/keys-rewrap/1", "keys", keys), lines);
        }
    }

    private boolean selected(KeyRow row) {
        String field = row.scope().field().value();
        return row.state() != KeyState.DESTROYED && fields.stream().anyMatch(glob -> Glob.matches(glob, field));
    }
}
