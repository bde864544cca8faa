package dev.tegula.cli.command;

import dev.tegula.cli.demo.Demo;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.UsageException;
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
            description = "Patients at the beginning (default: ${DEFAULT-VALUE}).")
    int patients = 3_000;

    @Option(names = "--stay", description = "Keep the server at the end, until Enter is pressed.")
    boolean stay;

    @Override
    Outcome run(Invocation invocation) {
        if (patients < 10 || patients > 1_000_000) {
            throw new UsageException("--patients is 10 to 1,000,000; " + patients + " came.");
        }
        return new Demo(
                        invocation.console(),
                        invocation.environment(),
                        invocation.interruption().control(),
                        patients,
                        stay)
                .run();
    }
}
