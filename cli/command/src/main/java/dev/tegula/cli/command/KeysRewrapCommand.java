package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.output.UsageException;
import dev.tegula.config.UnknownName;
import dev.tegula.envelope.FieldGlob;
import dev.tegula.envelope.Purpose;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.rewrap.RewrapPlan;
import dev.tegula.operations.rewrap.Rewrapping;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula keys rewrap}. */
@Command(
        name = "rewrap",
        description = {
            "Wrap keys again, under the newest version of their KEK, or under another KEK, of any KMS. Values are not touched.",
            "Keys that are there already are left alone, so a run that was stopped is run again. This revokes nothing: after a"
                    + " leak of a KEK, rotate. The old KEK must live as long as backups do; the command says until when."
        })
final class KeysRewrapCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD",
            arity = "0..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs.")
    List<String> fields = List.of();

    @Option(names = "--all", description = "Every key, the registry's own root too; the same as '*'.")
    boolean all;

    @Option(names = "--to", paramLabel = "ALIAS", description = "Another KEK; without, the newest version of the same.")
    String to = "";

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    void requireSense() {
        if (all == !fields.isEmpty()) {
            String every = to.isEmpty() ? "--all" : "--all --to " + to;
            throw new UsageException("Which keys? Name FIELD…, or say --all for every key, the registry's own root too:"
                    + " `tegula keys rewrap " + every + "`.");
        }
    }

    @Override
    Outcome run(Invocation invocation) {
        invocation.about().fields(fields);
        try (OpenDatabase open = invocation.open()) {
            Columns.requireKnown(open, fields);
            requireKek(open.configuration().keks().keySet());
            List<KeyRow> registry = open.lifecycle().list();
            List<KeyRow> chosen = registry.stream().filter(this::selected).toList();
            if (chosen.isEmpty()) {
                throw new ConfigurationException(
                        "No key of " + String.join(", ", fields) + " is left to wrap. See `tegula keys list`.");
            }
            RewrapPlan plan = RewrapPlan.of(open.tegula().keks(), registry, chosen, to);
            RewrapText text = new RewrapText(open, plan, backupCommand());
            if (change.dryRun) {
                return text.dryRun();
            }
            plan.requireBackups(KeyText.shell(backupCommand()));
            if (plan.moves().stream().anyMatch(RewrapPlan.Move::elsewhere)) {
                invocation.confirm(
                        change,
                        "Wrap " + Table.count(plan.moves().size(), "key") + " under KEK " + to
                                + "? Every application needs it in its configuration before.");
            }
            return text.outcome(rewrap(invocation, open, plan));
        }
    }

    private void requireKek(Set<String> aliases) {
        if (!to.isEmpty() && !aliases.contains(to)) {
            throw UnknownName.of("KEK", to, "tegula.keks", aliases);
        }
    }

    private static Rewrapping rewrap(Invocation invocation, OpenDatabase open, RewrapPlan plan) {
        Rewrapping rewrapping = new Rewrapping(open.lifecycle());
        int[] number = {0};
        rewrapping.run(plan.moves(), invocation.interruption().control()::stopped, move -> {
            invocation.about().key(move.row());
            number[0]++;
            tell(invocation.console(), number[0], plan.moves().size());
        });
        return rewrapping;
    }

    private static void tell(Console console, int number, int total) {
        if (console.json()) {
            console.note(
                    Json.object("schema", "tegula/progress/1", "step", "rewrap", "done", number - 1, "total", total));
        } else if (console.terminal().error()) {
            console.say("rewrap " + number + "/" + total);
        }
    }

    private List<String> backupCommand() {
        List<String> command = new ArrayList<>(List.of("tegula", "keys", "backup"));
        command.addAll(fields);
        return command;
    }

    private boolean selected(KeyRow row) {
        String field = row.scope().field().value();
        boolean stays = row.scope().purpose() == Purpose.BRANCH
                && !to.isEmpty()
                && !row.kekAlias().equals(to);
        return row.state() != KeyState.DESTROYED
                && !stays
                && (all || fields.stream().anyMatch(glob -> FieldGlob.matches(glob, field)));
    }
}
