package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.FieldGlob;
import dev.tegula.envelope.KeyId;
import dev.tegula.operations.backup.KeyBackupFile;
import dev.tegula.operations.document.Json;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula keys backup}. */
@Command(
        name = "backup",
        description = {
            "Write the rows of keys to a new file of mode 0600, and note in the registry that they are backed up.",
            "The keys stay wrapped: the file opens only with the KMS. A key is activated and rewrapped only after a backup."
        })
final class KeysBackupCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD",
            arity = "0..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs; all without.")
    List<String> fields = List.of();

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "New file to write; without, one in tegula-backup/ beside the configuration.")
    @Nullable
    Path to;

    @Mixin
    final UnaskedChange change = new UnaskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            Columns.requireKnown(open, fields);
            KeyLifecycle lifecycle = open.lifecycle();
            List<KeyRow> chosen = lifecycle.list().stream()
                    .filter(row -> row.state() != KeyState.DESTROYED && selected(row))
                    .toList();
            Path file = to == null ? KeyBackups.file(open, "keys") : to;
            if (change.dryRun) {
                return DryRun.of(Table.count(chosen.size(), "key") + " would be written to " + file + ".");
            }
            boolean there = Files.exists(file);
            if (there) {
                EarlierBackup earlier = EarlierBackup.read(open, file);
                earlier.require(chosen);
                lifecycle.backup(ids(chosen, row -> row.times().exported() == null), earlier::require);
            } else {
                lifecycle.backup(ids(chosen, row -> true), rows -> {
                    KeyBackupFile.write(file, open.configuration().deployment(), rows);
                    open.changes().note();
                });
            }
            return Outcome.done(
                    Json.object("schema", "tegula/keys-backup/1", "file", file.toString(), "keys", chosen.size()),
                    Table.count(chosen.size(), "key") + (there ? " backed up already in " : " backed up in ") + file
                            + ". Keep it where the database is not.");
        }
    }

    private static List<KeyId> ids(List<KeyRow> rows, Predicate<KeyRow> wanted) {
        return rows.stream().filter(wanted).map(KeyRow::keyId).toList();
    }

    private boolean selected(KeyRow row) {
        String field = row.scope().field().value();
        return fields.isEmpty() || fields.stream().anyMatch(glob -> FieldGlob.matches(glob, field));
    }
}
