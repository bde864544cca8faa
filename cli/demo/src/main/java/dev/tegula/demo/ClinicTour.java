package dev.tegula.demo;

import dev.tegula.cli.command.Tour;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.reencrypt.RunControl;
import java.util.Map;

/** How the command line finds the demo. */
public final class ClinicTour implements Tour {

    @Override
    public Outcome run(
            Console console, Map<String, String> environment, RunControl control, int patients, boolean stay) {
        return new Demo(console, environment, control, patients, stay).run();
    }
}
