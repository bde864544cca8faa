package dev.tegula.cli.command;

import dev.tegula.cli.output.Outcome;
import dev.tegula.failure.ConfigurationException;
import java.util.ServiceLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tegula demo}. */
@Command(
        name = "demo",
        description = {
            "Take a tour with an embedded database: two minutes, no server, no Docker, no configuration.",
            "It encrypts invented patients, replaces the keys while they are being changed, and proves that nothing was lost."
        })
final class DemoCommand extends TegulaCommand {

    @Option(
            names = "--patients",
            paramLabel = "N",
            converter = Numbers.Patients.class,
            description = "Patients at the beginning, 10 to 1,000,000 (default: ${DEFAULT-VALUE}).")
    int patients = 3_000;

    @Option(names = "--stay", description = "Keep the server at the end, until Enter is pressed.")
    boolean stay;

    @Override
    Outcome run(Invocation invocation) {
        Tour tour = ServiceLoader.load(Tour.class)
                .findFirst()
                .orElseThrow(
                        () -> new ConfigurationException("The demo is in a jar of its own, and this process was started"
                                + " without it. Start it with ./tegula in a checkout, which adds it, or put tegula-demo.jar beside"
                                + " tegula.jar: java -cp tegula.jar:tegula-demo.jar dev.tegula.cli.Main demo"));
        return tour.run(
                invocation.console(),
                invocation.environment(),
                invocation.interruption().control(),
                patients,
                stay);
    }
}
