package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.config.UnknownName;
import dev.tegula.operations.document.Json;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SnapshotTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula secrets snapshot}. */
@Command(
        name = "snapshot",
        description = {
            "Write all secrets below prefixes into one encrypted file, for a start without database and their KMS.",
            "tegula run --snapshot FILE uses it, and makes it again whenever both are there."
        })
final class SecretsSnapshotCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "PREFIX",
            arity = "1..*",
            converter = SecretNames.class,
            description = "Which secrets: those at and below it, for example app/prod.")
    List<SecretName> prefixes = List.of();

    @Option(
            names = "--kek",
            paramLabel = "ALIAS",
            required = true,
            description = "The KEK that opens it, usually of a local keyset.")
    String kek = "";

    @Option(
            names = "--max-age",
            paramLabel = "TIME",
            required = true,
            converter = Lifetime.class,
            description = "How long it may be used after it was made, for example 24h.")
    Duration maxAge = Duration.ZERO;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "The file, which only you may read. A snapshot that is there is replaced, nothing else.")
    Path out = Path.of("");

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            Set<String> keks = open.configuration().keks().keySet();
            if (!keks.contains(kek)) {
                throw UnknownName.of("KEK", kek, "tegula.keks", keks);
            }
            SnapshotUse use = new SnapshotUse(open.configuration(), out);
            use.requireReplaceable();
            SecretReads found = SecretReads.of(open.tegula().secrets()).look(List.of(), prefixes);
            for (SecretName prefix : prefixes) {
                if (found.names(prefix).isEmpty()) {
                    throw SecretLook.none(prefix);
                }
            }
            SnapshotTerms terms = new SnapshotTerms(
                    open.configuration().deployment(),
                    List.copyOf(new TreeSet<>(prefixes)),
                    SecretText.micros(Instant.now()),
                    SecretText.wholeSeconds(maxAge),
                    kek);
            int count = use.write(open.tegula(), terms, new ToldFirst(open, invocation)::snapshot);
            return Outcome.done(
                    Json.object(
                            "schema",
                            "tegula/secrets-snapshot/1",
                            "file",
                            out.toString(),
                            "prefixes",
                            terms.prefixes().stream().map(SecretName::value).toList(),
                            "secrets",
                            count,
                            "kek",
                            kek,
                            "made",
                            terms.made().toString(),
                            "usableUntil",
                            terms.made().plus(terms.maxAge()).toString()),
                    Table.count(count, "secret") + " in " + out + ", to be used until "
                            + SecretText.seconds(terms.made().plus(terms.maxAge())) + ", opened by KEK " + kek + ".");
        }
    }
}
