package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.operations.rotation.Census;
import dev.tegula.operations.rotation.SearchListener;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyUses;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tegula keys destroy}. */
@Command(
        name = "destroy",
        description = {
            "Remove the wrapped bytes of a RETIRED key, for ever. There is no --force.",
            "Refused while anything needs it, and until the waiting period of tegula.keys.retention is over.",
            "The whole database is searched for its key id first, whatever the catalogue says. Run again to resume a search."
        })
final class KeysDestroyCommand extends KeyChangeCommand {

    private static final long SAY_EVERY_NANOS = 10_000_000_000L;

    private final AskedChange asked;

    KeysDestroyCommand() {
        this(new AskedChange());
    }

    private KeysDestroyCommand(AskedChange asked) {
        super(asked);
        this.asked = asked;
    }

    @Override
    String dryRun(OpenDatabase open, KeyRow row) {
        KeyUses.Uses found = open.census(SearchListener.quiet()).of(row);
        return KeyText.name(row) + " is " + row.state() + " and is needed by " + UsesText.summary(found) + ". "
                + NextStep.destroy(open, row)
                + (found.remarks().isEmpty() ? "" : " Not searched: " + String.join("; ", found.remarks()) + ".");
    }

    @Override
    KeyState after() {
        return KeyState.DESTROYED;
    }

    @Override
    Outcome change(Invocation invocation, OpenDatabase open, KeyRow row) {
        invocation.confirm(
                asked, "Destroy " + KeyText.name(row) + "? Values under it, in backups too, can never be read again.");
        List<String> notSearched = new ArrayList<>();
        ProgressPrinter counting = ProgressPrinter.ofCensus(invocation.console(), InstantSource.system());
        Census census = open.census(progress(invocation.console())).telling(counting);
        KeyRow destroyed;
        try {
            destroyed = open.guardedLifecycle(candidate -> {
                        KeyUses.Uses found = census.of(candidate);
                        counting.clear();
                        notSearched.addAll(found.remarks());
                        return found;
                    })
                    .destroy(row.keyId(), open.retention());
        } finally {
            counting.clear();
        }
        Outcome outcome = changed(
                destroyed,
                "DESTROYED: its wrapped bytes are gone from the registry. Old backups of the registry still hold them"
                        + " until they expire."
                        + (notSearched.isEmpty() ? "" : " Not searched: " + String.join("; ", notSearched) + "."));
        outcome.document().put("notSearched", notSearched);
        return outcome;
    }

    @Override
    void tidy(OpenDatabase open, KeyRow row) {
        open.census().settleFences(row.scope().field());
    }

    private static SearchListener progress(Console console) {
        long[] said = {System.nanoTime()};
        return (relation, done, total) -> {
            if (System.nanoTime() - said[0] > SAY_EVERY_NANOS) {
                said[0] = System.nanoTime();
                console.say("searching " + relation + ": " + (done >> 20) + " of " + (total >> 20) + " MiB");
            }
        };
    }
}
