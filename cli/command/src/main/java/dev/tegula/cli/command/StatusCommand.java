package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.reencrypt.RunControl;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula status}. */
@Command(
        name = "status",
        description = {
            "Show for each field and column how many values need which key, and the next step.",
            "Counts now, in one snapshot at the primary."
        })
final class StatusCommand extends TegulaCommand {

    private static final long PAUSE_MILLIS = 2_000;

    @Parameters(
            paramLabel = "FIELD",
            arity = "0..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs; all without.")
    List<String> fields = List.of();

    @Option(names = "--watch", description = "Again every two seconds, until interrupted.")
    boolean watch;

    @Option(names = "--check", description = "Exit 3 unless all values are under ACTIVE keys.")
    boolean check;

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            StatusView view = StatusView.take(open, fields);
            if (watch) {
                RunControl control = invocation.interruption().control();
                do {
                    show(invocation.console(), view.outcome(Exit.DONE));
                    if (!invocation.console().ended() && control.sleep(PAUSE_MILLIS)) {
                        view = StatusView.take(open, fields);
                    }
                } while (!control.stopped() && !invocation.console().ended());
            }
            return view.outcome(check && !view.settled() ? Exit.PARTIAL : Exit.DONE);
        }
    }

    private static void show(Console console, Outcome outcome) {
        console.clearScreen();
        console.print(outcome);
    }
}
