package dev.tegula.cli.command;

import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.session.Session;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.List;
import picocli.CommandLine.Mixin;

/** A command that takes one step in the life of one key. */
abstract class KeyChangeCommand extends TegulaCommand {

    @Mixin
    final KeySelection selection = new KeySelection();

    @Mixin
    final ChangeOptions change = new ChangeOptions();

    /** What the step would do, for {@code --dry-run}. */
    abstract String dryRun(Session session, KeyRow row);

    /** The state in which a key is when the step was taken already. */
    abstract KeyState after();

    /** Takes the step. */
    abstract Outcome change(Invocation invocation, Session session, KeyRow row);

    /** What is said of a key besides its state; the same whether the step is taken now or was taken before. */
    String next(Session session, KeyRow row) {
        return "";
    }

    @Override
    final Outcome run(Invocation invocation) {
        invocation.about().fields(List.of(selection.field));
        try (Session session = invocation.session()) {
            KeyRow row = selection.in(session);
            invocation.about().key(row);
            if (row.state() == after()) {
                return change.dryRun
                        ? DryRun.of(KeyText.name(row) + " is " + row.state() + " already.")
                        : already(row, next(session, row));
            }
            return change.dryRun ? DryRun.of(dryRun(session, row)) : change(invocation, session, row);
        }
    }

    private Outcome already(KeyRow row, String next) {
        Outcome outcome =
                changed(row, row.state() + " already; nothing was changed." + (next.isEmpty() ? "" : " " + next));
        outcome.document().put("changed", false);
        return outcome;
    }

    /** What is left of the key: its document and a line. */
    final Outcome changed(KeyRow row, String line) {
        if (spec == null) {
            throw new IllegalStateException("A command runs only below the root command.");
        }
        return Outcome.done(KeyText.changed(spec.name(), row), KeyText.name(row) + " is " + line);
    }
}
