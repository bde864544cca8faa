package dev.tegula.cli.command;

import dev.tegula.cli.database.LostRoot;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.config.Configuration;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.operations.backup.KeyBackupFile;
import dev.tegula.operations.document.Json;
import dev.tegula.registry.KeyBackup;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code tegula keys import}. */
@Command(
        name = "import",
        description = {
            "Bring backed-up keys back after a restore. Keys that are there are left alone.",
            "What was ACTIVE comes back as DECRYPT_ONLY. Every row must carry this registry's seal and unwrap to its key id."
        })
final class KeysImportCommand extends TegulaCommand {

    @Parameters(paramLabel = "FILE", description = "A file that `tegula keys backup` wrote.")
    Path file = Path.of("");

    @Option(
            names = "--undo-destroy",
            description = "Give DESTROYED keys the wrapped bytes of the file again, as DECRYPT_ONLY.")
    boolean undoDestroy;

    @Option(
            names = "--sealed-by",
            paramLabel = "ROOT",
            converter = RootId.class,
            description =
                    "Take a file that was sealed under a registry root which was replaced since: its key id, as the refusal"
                            + " says it. Only for a file of which you know where it was since.")
    @Nullable
    KeyId sealedBy;

    /** A key id as an option has it. */
    static final class RootId implements ITypeConverter<KeyId> {
        @Override
        public KeyId convert(String text) {
            try {
                return KeyId.ofHex(text);
            } catch (MalformedException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()).replaceFirst("\\.$", ""));
            }
        }
    }

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        Configuration configuration = invocation.configuration();
        configuration.database(invocation.common().database);
        List<KeyRow> rows = KeyBackupFile.read(file, configuration.deployment());
        Optional<LostRoot> lost = LostRoot.of(configuration, invocation.common().database, rows);
        if (lost.isPresent()) {
            if (change.dryRun) {
                return DryRun.of("The registry has lost its root, and " + file + " has it: "
                        + lost.get().keyId()
                        + ", as pinned. It would be brought back first, and then of " + Table.count(rows.size(), "key")
                        + " those that are missing.");
            }
            invocation.confirm(
                    change,
                    "The registry has no root. Bring the pinned one, "
                            + lost.get().keyId().shortHex() + ", back from " + file + "?");
            lost.get().bringBack(invocation.about().changes());
        }
        return keys(invocation, rows);
    }

    private Outcome keys(Invocation invocation, List<KeyRow> rows) {
        try (OpenDatabase open = invocation.open()) {
            KeyLifecycle lifecycle = open.lifecycle();
            RegistrySeal seal = open.tegula().seal();
            RegistrySeal accepting = sealedBy == null ? believing(open, rows) : seal.accepting(sealedBy);
            requireRoot(open, accepting, rows);
            if (change.dryRun) {
                return DryRun.of("of " + Table.count(rows.size(), "key") + " in " + file
                        + " those would be added where they are missing."
                        + (undoDestroy ? " Those that are DESTROYED would get their wrapped bytes again." : ""));
            }
            invocation.confirm(
                    change,
                    "Import the keys of " + file + " (" + rows.size() + ") into "
                            + open.database().name() + "?"
                            + (undoDestroy ? " Keys that were destroyed can be read under again." : ""));
            KeyBackup.Restored restored = new KeyBackup(
                            open.tegula().registry(),
                            accepting,
                            new KeyWrapping(
                                    open.configuration().deployment(),
                                    open.tegula().keks()),
                            open.tegula().registry().clock())
                    .restore(rows, undoDestroy);
            List<Object> added = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            for (KeyRow row : restored.added()) {
                added.add(KeyText.document(row));
                lines.add("added  " + KeyText.name(row) + " as " + row.state());
            }
            List<Object> revived = new ArrayList<>();
            for (KeyRow row : restored.revived()) {
                revived.add(KeyText.document(row));
                lines.add("undone  " + KeyText.name(row) + " was DESTROYED and is " + row.state()
                        + ": values under it can be read again");
            }
            for (KeyRow row : restored.shredded()) {
                lines.add("left out  " + KeyText.name(row) + ": its tenant was shredded");
            }
            lines.add(Table.count(restored.added().size(), "key") + " added, "
                    + (revived.isEmpty() ? "" : revived.size() + " brought back from being destroyed, ")
                    + restored.present().size() + " were there already."
                    + (restored.destroyed().isEmpty()
                            ? ""
                            : " " + restored.destroyed().size()
                                    + " of these are DESTROYED and stay so; --undo-destroy brings them back."));
            List<List<String>> next = new ArrayList<>();
            for (Scope scope : withoutActive(kept(rows, restored), lifecycle.list())) {
                List<String> command = NextStep.firstKey(scope);
                next.add(command);
                lines.add(scope + " has no ACTIVE key, so nothing new is written: " + KeyText.shell(command));
            }
            return Outcome.done(
                    Json.object(
                            "schema",
                            "tegula/keys-import/1",
                            "added",
                            added,
                            "revived",
                            revived,
                            "present",
                            restored.present().size(),
                            "shredded",
                            restored.shredded().isEmpty()
                                    ? null
                                    : restored.shredded().stream()
                                            .map(KeyText::document)
                                            .toList(),
                            "next",
                            next.isEmpty() ? null : next),
                    lines);
        }
    }

    /** The registry may be from before a root that is pinned beside its own; the file has that root then. */
    private static RegistrySeal believing(OpenDatabase open, List<KeyRow> rows) {
        RegistrySeal seal = open.tegula().seal();
        Optional<KeyRow> missing = active(rows)
                .filter(row -> open.database().pins().contains(row.keyId().hex()))
                .filter(row -> open.tegula().registry().find(row.keyId()).isEmpty());
        return missing.map(row -> seal.believing(
                        row,
                        new KeyWrapping(
                                open.configuration().deployment(), open.tegula().keks())))
                .orElse(seal);
    }

    /** The root that sealed the other rows of a file, if it is in there too. */
    private static Optional<KeyRow> active(List<KeyRow> rows) {
        return rows.stream()
                .filter(row -> row.scope().equals(Scope.REGISTRY) && row.state() == KeyState.ACTIVE)
                .findFirst();
    }

    /** A root that was replaced, perhaps because it leaked, is believed only where a person says so. */
    private static void requireRoot(OpenDatabase open, RegistrySeal accepting, List<KeyRow> rows) {
        List<KeyRow> strange =
                rows.stream().filter(row -> !accepting.genuine(row)).toList();
        if (strange.isEmpty()) {
            return;
        }
        RegistrySeal seal = open.tegula().seal();
        for (KeyId root : seal.withReplaced().trail()) {
            if (!seal.trusted().contains(root) && strange.stream().anyMatch(seal.accepting(root)::genuine)) {
                throw new ConfigurationException("The file was sealed under the registry root " + root
                        + ", which was replaced since. Who holds that root could have made it: if you know where the file was"
                        + " since, add --sealed-by " + root.hex() + ".");
            }
        }
        Optional<KeyRow> other = active(rows).filter(row -> !seal.trusted().contains(row.keyId()));
        String notHere = open.database().pins().stream()
                .filter(pin -> !seal.trusted().contains(KeyId.ofHex(pin)))
                .findFirst()
                .orElse("");
        if (other.isPresent() || !notHere.isEmpty()) {
            throw new ConfigurationException(Table.count(strange.size(), "row") + " of the file, the first "
                    + strange.get(0).name() + ", were not sealed under a registry root that is trusted here. "
                    + (other.isPresent()
                            ? "It has the root " + other.get().keyId().hex()
                                    + ": if that is one that `tegula init` or `tegula keys rotate-registry` printed for this"
                                    + " registry, pin it beside the one that is here, and import again."
                            : "The pinned root " + notHere
                                    + " is not in this registry: import the file that has it first,"
                                    + " which `tegula keys rotate-registry` wrote."));
        }
    }

    private static List<KeyRow> kept(List<KeyRow> rows, KeyBackup.Restored restored) {
        return rows.stream().filter(row -> !restored.shredded().contains(row)).toList();
    }

    /** What a restored key never does by itself is to write: a person decides that. */
    private static List<Scope> withoutActive(List<KeyRow> imported, List<KeyRow> now) {
        Set<Scope> active = now.stream()
                .filter(row -> row.state() == KeyState.ACTIVE)
                .map(KeyRow::scope)
                .collect(Collectors.toSet());
        return imported.stream()
                .map(KeyRow::scope)
                .filter(scope -> scope.purpose() == Purpose.DATA && !active.contains(scope))
                .distinct()
                .toList();
    }
}
