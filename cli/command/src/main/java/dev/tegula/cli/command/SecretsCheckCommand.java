package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.secret.SecretName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula secrets check}. */
@Command(
        name = "check",
        description = {
            "Look for secrets that have expired or are too old, and for references to none: a gate before a release.",
            "Ends with 3 if there are any. No value is opened. Without PREFIX and file, all secrets are looked at."
        })
final class SecretsCheckCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "PREFIX",
            arity = "0..1",
            converter = SecretNames.class,
            description = "Only names at and below it, for example app/prod.")
    @Nullable
    SecretName prefix;

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            description = "The references of a file for tegula run, NAME=tegula:SECRET.")
    @Nullable
    Path file;

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            converter = Lifetime.class,
            description = "Also values that were put longer ago, for example 365d.")
    @Nullable
    Duration oldest;

    @Option(
            names = "--expires-within",
            paramLabel = "TIME",
            converter = Lifetime.class,
            description = "Also those that expire within that time, for example 14d.")
    @Nullable
    Duration ahead;

    @Override
    Outcome run(Invocation invocation) {
        EnvironmentReferences references = new EnvironmentReferences();
        if (file != null) {
            references.addFile(file);
            references.requireSound();
        }
        try (OpenDatabase open = invocation.open()) {
            SecretCheck check = new SecretCheck(open.tegula().secrets(), Instant.now(), ahead, oldest);
            if (prefix != null || file == null) {
                check.all(open.tegula()
                        .secrets()
                        .list(Optional.ofNullable(prefix))
                        .requireVerified());
                if (prefix != null && check.looked() == 0) {
                    throw SecretLook.none(prefix);
                }
            }
            references.forEach(check::reference);
            Table table = Table.headed("NAME", "FINDING", "VARIABLE");
            check.findings().forEach(finding -> finding.addTo(table));
            Layout layout = table.isEmpty() ? new Layout() : new Layout().add(table);
            return new Outcome(
                    check.findings().isEmpty() ? Exit.DONE : Exit.PARTIAL,
                    Json.object(
                            "schema",
                            "tegula/secrets-check/1",
                            "looked",
                            check.looked(),
                            "findings",
                            check.findings().stream()
                                    .map(SecretFinding::document)
                                    .toList()),
                    layout.add("Looked at " + Table.count(check.looked(), "secret") + ": "
                            + (check.findings().isEmpty()
                                    ? "nothing is the matter."
                                    : Table.count(check.findings().size(), "finding") + ".")));
        }
    }
}
