package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.FieldId;
import dev.tegula.operations.document.Json;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.UnsealedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula keys drop-unsealed}. */
@Command(
        name = "drop-unsealed",
        description = {
            "Show and remove rows of the registry that do not verify: nothing uses them.",
            "Genuine keys whose rows were altered go too; tegula keys import brings them back from their backup."
        })
final class KeysDropUnsealedCommand extends TegulaCommand {

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            KeyLifecycle lifecycle = open.lifecycle();
            List<UnsealedKey> rows = lifecycle.unsealed();
            if (rows.isEmpty()) {
                return change.dryRun
                        ? DryRun.of("Every row of the registry verifies; nothing would be removed.")
                        : Outcome.done(document(rows), "Every row of the registry verifies; nothing was removed.");
            }
            List<String> lines = lines(rows);
            if (change.dryRun) {
                return DryRun.of("Would remove " + Table.count(rows.size(), "row") + ": " + String.join("; ", lines));
            }
            if (!invocation.console().json()) {
                lines.forEach(invocation.console().err()::println);
            }
            invocation.confirm(change, "Remove " + Table.count(rows.size(), "row") + " from the registry?");
            List<UnsealedKey> dropped = lifecycle.dropUnsealed(rows);
            List<String> report = new ArrayList<>(List.of("Removed " + Table.count(dropped.size(), "row") + "."));
            report.add("If one was a genuine key, bring it back: tegula keys import FILE");
            if (dropped.stream()
                    .anyMatch(row -> row.field().equals(FieldId.SHRED.value())
                            || row.field().equals(FieldId.SHRED_SECRET.value()))) {
                report.add(
                        "If one was the mark of a shredded tenant, shred it again: `tegula shred --verify FILE` of each receipt"
                                + " says which");
            }
            return Outcome.done(document(dropped), report);
        }
    }

    private static List<String> lines(List<UnsealedKey> rows) {
        return rows.stream().map(UnsealedKey::name).toList();
    }

    private static Map<String, Object> document(List<UnsealedKey> rows) {
        List<Object> removed = new ArrayList<>();
        rows.forEach(row -> removed.add(Json.object("keyId", row.keyId(), "field", row.field(), "why", row.why())));
        return Json.object("schema", "tegula/keys-drop-unsealed/1", "removed", removed);
    }
}
