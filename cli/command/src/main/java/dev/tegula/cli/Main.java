package dev.tegula.cli;

import dev.tegula.cli.command.CommandTree;
import dev.tegula.cli.output.Console;
import java.util.Locale;
import java.util.Map;

/** Entry point of the process. */
public final class Main {

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ENGLISH); // the driver translates its messages, and ConnectFailure reads them
        Map<String, String> environment = System.getenv();
        System.exit(run(Console.system(environment), environment, arguments));
    }

    static int run(Console console, Map<String, String> environment, String... arguments) {
        return CommandTree.run(console, environment, arguments);
    }
}
