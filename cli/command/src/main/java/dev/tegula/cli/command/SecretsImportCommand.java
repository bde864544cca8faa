package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.exchange.ImportPlan;
import dev.tegula.cli.exchange.SourceFile;
import dev.tegula.cli.exchange.SourceFormat;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.output.UsageException;
import dev.tegula.operations.document.Json;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretNamespaces;
import dev.tegula.secret.SecretStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula secrets import}. */
@Command(
        name = "import",
        description = {
            "Write the values of a file as secrets below a prefix: all of them in one transaction, or none.",
            "Reads stdin without --file. What is the same already is not written. A file that is wrong anywhere is refused."
        })
final class SecretsImportCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "PREFIX",
            converter = SecretNames.class,
            description = "Below which they are put, for example app/prod.")
    SecretName prefix = new SecretName("prefix");

    @Option(
            names = "--from",
            paramLabel = "FORMAT",
            required = true,
            description =
                    "What the file is: dotenv, json (also what vault kv get -format=json prints), properties or yaml.")
    SourceFormat format = SourceFormat.DOTENV;

    @Option(names = "--file", paramLabel = "FILE", description = "The file, instead of stdin.")
    @Nullable
    Path file;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            converter = SecretNames.class,
            description =
                    "Take this name below the prefix and what is below it, and nothing else; may be said many times.")
    List<SecretName> only = List.of();

    @Option(
            names = "--literal",
            description =
                    "Take placeholders of Spring in properties and yaml as they stand; without, they are refused.")
    boolean literal;

    @Option(
            names = "--prune",
            description = "Delete what is below the prefix and not in the file; undelete brings it back.")
    boolean prune;

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    void requireSense() {
        if (prune && !only.isEmpty()) {
            throw new UsageException("--prune would delete what --only leaves out; say one of them.");
        }
    }

    @Override
    Outcome run(Invocation invocation) throws IOException {
        byte[] source = SecretInput.source(invocation.console(), file, SourceFile.LONGEST);
        Map<SecretName, byte[]> values;
        try {
            String name = file == null ? "stdin" : file.toString();
            values = new SourceFile(name, format, only, literal).read(source, prefix);
        } finally {
            Arrays.fill(source, (byte) 0);
        }
        try (OpenDatabase open = invocation.open()) {
            SecretStore secrets = open.tegula().secrets();
            ImportPlan plan = ImportPlan.of(secrets, prefix, values, prune, new ToldFirst(open, invocation)::read);
            String summary = summary(plan);
            plan.requireOneTransaction(file == null ? "stdin" : file.toString());
            if (change.dryRun) {
                String all = summary + missingKey(open, values);
                return DryRun.of(table(plan).add(all), List.of(all), document(plan));
            }
            if (plan.changes() > 0) {
                invocation.console().say(table(plan));
                invocation.confirm(change, summary + " Go ahead?");
                plan.write(secrets, values, new SecretCondition().by(open));
            }
            Map<String, Object> document = Json.object(
                    "schema", "tegula/secrets-import/1", "changed", plan.changes() > 0, "from", format.word());
            document.putAll(document(plan));
            return Outcome.done(document, summary);
        } finally {
            values.values().forEach(value -> Arrays.fill(value, (byte) 0));
        }
    }

    private String summary(ImportPlan plan) {
        return "Below " + prefix + ": " + Table.number(plan.fresh().size()) + " new, "
                + Table.number(plan.changed().size()) + " changed, "
                + Table.number(plan.same().size()) + " the same"
                + (prune ? ", " + Table.number(plan.gone().size()) + " deleted" : "") + ".";
    }

    /** Looked for once in each namespace. */
    private static String missingKey(OpenDatabase open, Map<SecretName, byte[]> values) {
        SecretNamespaces namespaces = open.tegula().secrets().namespaces();
        return values.keySet().stream()
                .collect(Collectors.toMap(namespaces::require, name -> name, (first, other) -> first, TreeMap::new))
                .values()
                .stream()
                .map(name -> SecretLook.missingKey(open, name))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static Layout table(ImportPlan plan) {
        Table table = Table.headed("NAME", "CHANGE");
        plan.fresh().forEach(name -> table.row(name, "new"));
        plan.changed().forEach(name -> table.row(name, "changed"));
        plan.same().forEach(name -> table.row(name, "the same"));
        plan.gone().forEach(name -> table.row(name, "deleted"));
        return new Layout().add(table);
    }

    private static Map<String, Object> document(ImportPlan plan) {
        return Json.object(
                "new", names(plan.fresh()),
                "updated", names(plan.changed()),
                "same", names(plan.same()),
                "deleted", names(plan.gone()));
    }

    private static List<String> names(List<SecretName> names) {
        return names.stream().map(SecretName::value).toList();
    }
}
