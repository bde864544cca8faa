package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretListing;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretNamespaces;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula secrets list}. */
@Command(
        name = "list",
        description = {
            "List secrets: version, state, age, expiry, note. No values are shown.",
            "Every row is verified; one that does not is named, and the command ends with 6."
        })
final class SecretsListCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "PREFIX",
            arity = "0..1",
            converter = SecretNames.class,
            description = "Only names below it, for example app/prod.")
    @Nullable
    SecretName prefix;

    @Option(names = "--expired", description = "Only those that have expired.")
    boolean expired;

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            converter = Lifetime.class,
            description = "Only those that were not changed for so long, for example 90d.")
    @Nullable
    Duration olderThan;

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            Instant now = Instant.now();
            SecretListing found = open.tegula().secrets().list(Optional.ofNullable(prefix));
            if (prefix != null
                    && found.secrets().isEmpty()
                    && found.unverified().isEmpty()) {
                requireNamespace(open.tegula().secrets().namespaces(), prefix);
            }
            Table table = Table.headed("NAME", "VERSION", "STATE", "AGE", "EXPIRES", "NOTE");
            List<Object> documents = new ArrayList<>();
            for (Secret secret : found.secrets()) {
                if (selected(secret, now)) {
                    documents.add(SecretText.document(secret));
                    table.row(
                            secret.name(),
                            "v" + secret.current(),
                            secret.state(),
                            KeyText.age(secret.changed(), now),
                            secret.expires()
                                    .map(at -> SecretText.seconds(at) + (secret.expired(now) ? " (expired)" : ""))
                                    .orElse("-"),
                            secret.note());
                }
            }
            found.unverified().forEach(name -> invocation
                    .console()
                    .warn("The row of " + name
                            + " in tegula_secret does not verify: something other than Tegula wrote it. It is not used."
                            + " Bring both tables of secrets back from a backup of the database."));
            return new Outcome(
                    found.unverified().isEmpty() ? Exit.DONE : Exit.UNVERIFIED,
                    Json.object("schema", "tegula/secrets/1", "secrets", documents, "unverified", found.unverified()),
                    table.isEmpty() ? new Layout().add("No secret matches.") : new Layout().add(table));
        }
    }

    /** A namespace may be empty; where none is, a name was mistyped. */
    private static void requireNamespace(SecretNamespaces namespaces, SecretName prefix) {
        if (namespaces.declared().stream().noneMatch(namespace -> namespace.equals(prefix) || namespace.in(prefix))) {
            namespaces.require(prefix);
        }
    }

    private boolean selected(Secret secret, Instant now) {
        return (!expired || secret.expired(now))
                && (olderThan == null || secret.changed().plus(olderThan).isBefore(now));
    }
}
