package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.failure.TegulaException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.List;
import picocli.CommandLine.Mixin;

/** A command that takes one step in the life of one key. */
abstract class KeyChangeCommand extends TegulaCommand {

    @Mixin
    final KeySelection selection = new KeySelection();

    @Mixin
    private final ChangeOptions change;

    KeyChangeCommand(ChangeOptions change) {
        this.change = change;
    }

    /** What the step would do, for {@code --dry-run}. */
    abstract String dryRun(OpenDatabase open, KeyRow row);

    /** The state in which a key is when the step was taken already. */
    abstract KeyState after();

    /** Takes the step. */
    abstract Outcome change(Invocation invocation, OpenDatabase open, KeyRow row);

    /** What is said of a key besides its state; the same whether the step is taken now or was taken before. */
    String next(OpenDatabase open, KeyRow row) {
        return "";
    }

    /**
     * What is tidied up once the step is taken, now or in an earlier run. The step is done whatever becomes of it.
     *
     * @throws dev.tegula.failure.TegulaException if it could not be done; that is a warning
     */
    void tidy(OpenDatabase open, KeyRow row) {
        // most steps leave nothing behind
    }

    @Override
    final Outcome run(Invocation invocation) {
        invocation.about().fields(List.of(selection.field));
        try (OpenDatabase open = invocation.open()) {
            KeyRow row = selection.in(open);
            invocation.about().key(row);
            boolean before = row.state() == after();
            if (change.dryRun) {
                return DryRun.of(before ? KeyText.name(row) + " is " + row.state() + " already." : dryRun(open, row));
            }
            Outcome outcome = before ? already(row, next(open, row)) : change(invocation, open, row);
            tidy(invocation, open, row);
            return outcome;
        }
    }

    private void tidy(Invocation invocation, OpenDatabase open, KeyRow row) {
        try {
            tidy(open, row);
        } catch (RuntimeException e) {
            // Of what is not ours the message may say anything.
            String why = e instanceof TegulaException
                    ? String.valueOf(e.getMessage())
                    : e.getClass().getSimpleName();
            invocation
                    .console()
                    .warn(KeyText.name(row) + " is " + after() + ", and stays so. What is tidied up after it was not: "
                            + why + " To do that, run `" + KeyText.shell(NextStep.keyCommand(verb(), row))
                            + "` again.");
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
        return Outcome.done(KeyText.changed(verb(), row), KeyText.name(row) + " is " + line);
    }

    private String verb() {
        if (spec == null) {
            throw new IllegalStateException("A command runs only below the root command.");
        }
        return spec.name();
    }
}
