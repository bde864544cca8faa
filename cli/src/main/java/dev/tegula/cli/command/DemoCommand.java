package dev.tegula.cli.command;

import dev.tegula.cli.demo.Demo;
import dev.tegula.cli.output.Outcome;
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
        return new Demo(
                        invocation.console(),
                        invocation.environment(),
                        invocation.interruption().control(),
                        patients,
                        stay)
                .run();
    }
}
