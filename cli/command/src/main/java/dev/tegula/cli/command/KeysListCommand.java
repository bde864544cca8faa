package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.config.UnknownName;
import dev.tegula.envelope.FieldGlob;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Purpose;
import dev.tegula.kms.Keks;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.rewrap.NewestVersions;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula keys list}. */
@Command(
        name = "list",
        description = {
            "List data keys: version, state, short id, KEK and its version, age.",
            "Every row is verified against the registry's seal before it is shown."
        })
final class KeysListCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD",
            arity = "0..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs; all without.")
    List<String> fields = List.of();

    @Option(names = "--state", paramLabel = "S", description = "Only keys in a state: ${COMPLETION-CANDIDATES}.")
    @Nullable
    KeyState state;

    @Option(names = "--kek", paramLabel = "ALIAS", description = "Only keys wrapped under a KEK.")
    String kek = "";

    @Option(
            names = "--behind",
            description = "Only keys wrapped by an old version of their KEK. Cure: tegula keys rewrap.")
    boolean behind;

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            Columns.requireKnown(open, fields);
            requireKek(open);
            Instant now = Instant.now();
            List<Object> keys = new ArrayList<>();
            Table table = Table.headed(
                    "FIELD", "TENANT", "VERSION", "STATE", "KEY ID", "KEK", "KEK VERSION", "AGE", "BACKED UP");
            List<KeyRow> registry = open.lifecycle().list();
            NewestVersions newest = newest(open, registry);
            for (KeyRow row : registry) {
                if (selected(row) && (!behind || behind(row, newest))) {
                    keys.add(KeyText.document(row));
                    table.row(
                            row.scope().purpose() == Purpose.INDEX
                                    ? row.scope().field() + " (INDEX)"
                                    : row.scope().field(),
                            row.scope().tenant().shown(),
                            "v" + row.version(),
                            row.state(),
                            row.keyId().shortHex(),
                            row.kekAlias() + " (" + row.provider() + ")",
                            KeyText.kekVersion(row),
                            KeyText.age(row.times().created(), now),
                            row.times().exported() == null ? "no" : "yes");
                }
            }
            return Outcome.done(
                    Json.object(
                            "schema",
                            "tegula/keys/1",
                            "database",
                            open.database().name(),
                            "keys",
                            keys),
                    table.isEmpty() ? new Layout().add("No key matches.") : new Layout().add(table));
        }
    }

    /** Keys may still be under a KEK that was taken out of the configuration. */
    private void requireKek(OpenDatabase open) {
        Set<String> known = new TreeSet<>(open.configuration().keks().keySet());
        open.lifecycle().list().forEach(row -> known.add(row.kekAlias()));
        if (!kek.isEmpty() && !known.contains(kek)) {
            throw UnknownName.of("KEK", kek, "the configuration", known);
        }
    }

    private boolean selected(KeyRow row) {
        String field = row.scope().field().value();
        return (fields.isEmpty() || fields.stream().anyMatch(glob -> FieldGlob.matches(glob, field)))
                && (state == null || row.state() == state)
                && (kek.isEmpty() || row.kekAlias().equals(kek));
    }

    private static NewestVersions newest(OpenDatabase open, List<KeyRow> registry) {
        Keks keks = open.tegula().keks();
        return new NewestVersions(
                keks::branch,
                alias -> keks.kek(alias, FieldId.REGISTRY).status().newestVersion(),
                registry);
    }

    private static boolean behind(KeyRow row, NewestVersions newest) {
        return row.wrapped().isPresent() && !newest.wraps(row, row.kekAlias());
    }
}
