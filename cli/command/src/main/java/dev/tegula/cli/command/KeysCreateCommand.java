package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.config.UnknownName;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.BranchMode;
import dev.tegula.kms.Keks;
import dev.tegula.operations.backup.FirstKey;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula keys create}. */
@Command(
        name = "create",
        description = {
            "Make a new key of a field. It is PENDING: nothing is written under it yet.",
            "The key is drawn here, wrapped by the KEK, unwrapped again and compared. Run again, it finds what it made."
        })
final class KeysCreateCommand extends TegulaCommand {

    @Parameters(paramLabel = "FIELD", converter = FieldNames.OneOfKeys.class, description = "Field of the key.")
    String field = "";

    @Option(
            names = "--tenant",
            paramLabel = "T",
            converter = TenantName.class,
            description = "Tenant of the key, for a field with a key for each.")
    @Nullable
    String tenant;

    @Option(
            names = "--kek",
            paramLabel = "ALIAS",
            description = "KEK that wraps it; without, the default of the field.")
    String kek = "";

    @Option(
            names = "--activate",
            description = "Back it up and activate it too. For a first key; to replace a key, use tegula rotate.")
    boolean activate;

    @Option(
            names = "--index",
            description =
                    "Make the key of the field's blind indexes, not one of its values. To replace it: tegula index rotate.")
    boolean index;

    @Mixin
    final UnaskedChange change = new UnaskedChange();

    @Override
    Outcome run(Invocation invocation) {
        Scope scope = KeySelection.scope(field, tenant, index);
        try (OpenDatabase open = invocation.open()) {
            Set<String> keks = open.configuration().keks().keySet();
            if (!kek.isEmpty() && !keks.contains(kek)) {
                throw UnknownName.of("KEK", kek, "tegula.keks", keks);
            }
            String alias = kek.isEmpty() ? alias(open.tegula().keks(), scope) : kek;
            if (change.dryRun) {
                return DryRun.of("a new key of " + scope + " would be made under KEK " + alias
                        + (activate ? ", backed up and activated." : "; it would be PENDING."));
            }
            KeyLifecycle lifecycle = open.lifecycle();
            return activate ? active(open, lifecycle, scope, alias) : pending(lifecycle, scope, alias);
        }
    }

    private static String alias(Keks keks, Scope scope) {
        if (scope.purpose() != Purpose.BRANCH) {
            return keks.aliasFor(scope);
        }
        return keks.bindings().keySet().stream()
                .filter(alias -> keks.branch(alias) != BranchMode.NONE
                        && keks.branch(alias).branch(alias, scope.tenant()).equals(scope))
                .findFirst()
                .orElseThrow(
                        () -> new ConfigurationException(
                                "No KEK under tegula.keks has branch keys called " + scope
                                        + ". Expected an alias of that name with `branch: kek`, without a tenant, or `branch: tenant`."));
    }

    private static Outcome pending(KeyLifecycle lifecycle, Scope scope, String alias) {
        KeyLifecycle.Prepared prepared = lifecycle.prepare(scope, alias);
        KeyRow row = prepared.row();
        return outcome(
                row,
                prepared.made(),
                "PENDING",
                " Next: "
                        + (row.times().exported() == null
                                ? "tegula keys backup "
                                        + KeyText.shell(List.of(scope.field().value())) + ", then "
                                : "")
                        + KeyText.shell(NextStep.keyCommand("activate", row)));
    }

    private Outcome active(OpenDatabase open, KeyLifecycle lifecycle, Scope scope, String alias) {
        Optional<KeyRow> present = lifecycle.list().stream()
                .filter(row -> row.scope().equals(scope) && row.state() == KeyState.ACTIVE)
                .findFirst();
        if (present.isPresent()) {
            KeyRow row = present.get();
            if (!row.kekAlias().equals(alias) && !kek.isEmpty()) {
                throw new RefusedException(
                        "state",
                        KeyText.name(row) + " is ACTIVE under KEK " + row.kekAlias()
                                + ". `tegula keys" + " rewrap " + field + " --to " + alias
                                + "` moves it.");
            }
            return outcome(
                    row,
                    false,
                    "ACTIVE",
                    scope.purpose() == Purpose.BRANCH
                            ? " To replace it: make the next one without --activate, back it up, activate it, and move the keys:"
                                    + " tegula keys rewrap --all"
                            : index
                                    ? " To replace it: tegula index rotate " + field
                                    : " To replace it: tegula rotate " + field);
        }
        Path file = KeyBackups.file(open, field);
        KeyRow row = FirstKey.make(lifecycle, open.configuration().deployment(), scope, alias, file);
        return outcome(row, true, "ACTIVE", " Its backup is " + file);
    }

    private static Outcome outcome(KeyRow row, boolean made, String state, String next) {
        Outcome outcome = Outcome.done(
                KeyText.changed("create", row),
                KeyText.name(row) + " is " + state + (made ? "" : " already") + " under KEK " + row.kekAlias() + "."
                        + (made ? "" : " Nothing was changed.") + next);
        outcome.document().put("changed", made);
        return outcome;
    }
}
