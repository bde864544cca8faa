package dev.tegula.cli.command;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.database.Databases;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.setup.SchemaTold;
import dev.tegula.config.Configuration;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.failure.DeniedException;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Transactions;
import dev.tegula.jdbc.Writable;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.schema.Schema;
import dev.tegula.operations.schema.SchemaComparison;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula schema apply}. */
@Command(
        name = "apply",
        description = {
            "Make the tables that are missing.",
            "Where nothing is missing it does nothing and needs no right to. It never drops a table, a column or a row."
        })
final class SchemaApplyCommand extends TegulaCommand {

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        Configuration configuration = invocation.configuration();
        DatabaseSettings database = configuration.database(common.database);
        try (HikariDataSource pool =
                Databases.pool(database, 1, invocation.about().changes())) {
            Transactions transactions = new Transactions(pool);
            SchemaComparison found = Schema.compare(transactions);
            found.requireOfThisRelease();
            if (found.missing().isEmpty()) {
                return change.dryRun
                        ? DryRun.of("Nothing to do: nothing is missing.")
                        : outcome(database, false, "Nothing to do: nothing is missing. ");
            }
            Writable.require(transactions);
            if (change.dryRun) {
                return DryRun.of(
                        new Layout().verbatim(String.join(";\n\n", found.missing()) + ";"),
                        List.of("What is missing of Tegula's tables would be made: " + names(found) + "."),
                        Json.object("statements", found.missing()));
            }
            invocation.confirm(
                    change,
                    "Make what is missing of Tegula's tables in " + database.name() + " (" + names(found) + ")?");
            apply(transactions, found);
            SchemaScript.check(transactions);
            SchemaTold.tell(
                            configuration,
                            database,
                            transactions,
                            names(found),
                            invocation.about().changes())
                    .ifPresent(invocation.console()::warn);
        }
        return outcome(database, true, "");
    }

    private static void apply(Transactions transactions, SchemaComparison found) {
        try {
            Schema.apply(transactions);
        } catch (DeniedException e) {
            throw new DeniedException(
                    "This login may not make what is missing: " + names(found)
                            + ". Run the same command as the owner of"
                            + " Tegula's tables, or put the output of `tegula schema print` into your migrations.",
                    e);
        }
    }

    private static String names(SchemaComparison found) {
        List<String> names = Stream.of(
                        found.missingNames().stream(),
                        found.outdatedChecks().stream().map(check -> check + " of an earlier build"),
                        found.guards().stream())
                .flatMap(Function.identity())
                .toList();
        return names.isEmpty() ? "the version" : String.join(", ", names);
    }

    private static Outcome outcome(DatabaseSettings database, boolean changed, String before) {
        return Outcome.done(
                Json.object(
                        "schema",
                        "tegula/schema-apply/1",
                        "changed",
                        changed,
                        "database",
                        database.name(),
                        "version",
                        SchemaScript.VERSION),
                before + "The tables of Tegula in " + database.name() + " are of version " + SchemaScript.VERSION
                        + ".");
    }
}
