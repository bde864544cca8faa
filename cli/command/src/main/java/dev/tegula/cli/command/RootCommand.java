package dev.tegula.cli.command;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.FailureSubject;
import dev.tegula.cli.output.UsageException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that holds all others. */
@Command(
        name = "tegula",
        synopsisHeading = "",
        customSynopsis = "Usage: tegula COMMAND [OPTIONS]",
        description = {
            "",
            "Encrypts fields of JPA entities with keys the database never sees, and rotates those keys while the"
                    + " application keeps running."
        },
        commandListHeading = "",
        subcommands = {
            DemoCommand.class,
            InitCommand.class,
            DoctorCommand.class,
            StatusCommand.class,
            ReportCommand.class,
            RotateCommand.class,
            ReencryptCommand.class,
            VerifyCommand.class,
            ScanCommand.class,
            AdoptCommand.class,
            ReleaseCommand.class,
            RebindCommand.class,
            KeysCommand.class,
            ShredCommand.class,
            FieldsCommand.class,
            IndexCommand.class,
            JobsCommand.class,
            QuarantineCommand.class,
            AuditCommand.class,
            SecretsCommand.class,
            RunCommand.class,
            SchemaCommand.class,
            InspectCommand.class,
            ConfigCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        })
final class RootCommand implements Callable<Integer> {

    private final Console console;
    private final Map<String, String> environment;
    private final Interruption interruption = new Interruption();
    private final FailureSubject subject = new FailureSubject();

    @Mixin
    final CommonOptions common = new CommonOptions();

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    boolean version;

    RootCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    Console console() {
        return console;
    }

    Map<String, String> environment() {
        return environment;
    }

    Interruption interruption() {
        return interruption;
    }

    FailureSubject subject() {
        return subject;
    }

    @Override
    public Integer call() {
        throw new UsageException("Which command? `tegula --help` lists them; `tegula demo` shows what they do.");
    }
}
