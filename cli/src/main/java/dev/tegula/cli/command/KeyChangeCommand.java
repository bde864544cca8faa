package dev.tegula.cli.command;

import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.session.Session;
import dev.tegula.registry.KeyRow;
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

    /** Takes the step. */
    abstract Outcome change(Invocation invocation, Session session, KeyRow row);

    @Override
    final Outcome run(Invocation invocation) {
        invocation.about().fields(List.of(selection.field));
        try (Session session = invocation.session()) {
            KeyRow row = selection.in(session.lifecycle().list());
            invocation.about().key(row);
            return change.dryRun ? DryRun.of(dryRun(session, row)) : change(invocation, session, row);
        }
    }

    /** What is left of the key: its document and a line. */
    final Outcome changed(KeyRow row, String line) {
        if (spec == null) {
            throw new IllegalStateException("A command runs only below the root command.");
        }
        return Outcome.done(KeyText.changed(spec.name(), row), KeyText.name(row) + " is " + line);
    }
}
