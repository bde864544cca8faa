package dev.tegula.cli.command;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.reencrypt.RunControl;
import java.util.Map;

/** What {@code tegula demo} shows. It is in a jar of its own, {@code tegula-demo}, because it brings a database server. */
public interface Tour {

    /**
     * Runs it.
     *
     * @param patients how many patients the clinic has at first
     * @param stay whether the server is kept until somebody presses Enter
     */
    Outcome run(Console console, Map<String, String> environment, RunControl control, int patients, boolean stay);
}
