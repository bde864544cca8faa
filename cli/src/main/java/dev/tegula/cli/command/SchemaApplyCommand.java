package dev.tegula.cli.command;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.config.DatabaseSettings;
import dev.tegula.cli.output.Json;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.session.Databases;
import dev.tegula.jdbc.Schema;
import dev.tegula.jdbc.Transactions;
import dev.tegula.jdbc.Writable;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula schema apply}. */
@Command(
        name = "apply",
        description = {"Make the tables that are missing.", "Running it again changes nothing. It never drops anything."
        })
final class SchemaApplyCommand extends TegulaCommand {

    @Mixin
    final ChangeOptions change = new ChangeOptions();

    @Override
    Outcome run(Invocation invocation) {
        DatabaseSettings database = invocation.configuration().database(common.database);
        if (change.dryRun) {
            return Outcome.done(
                    Json.object("schema", "tegula/schema/1", "changed", false, "statements", Schema.statements()),
                    List.of(Schema.text().strip(), "Dry run: nothing was changed."));
        }
        invocation.confirm(change, "Make Tegula's tables in " + database.name() + ", where they are missing?");
        try (HikariDataSource pool = Databases.pool(database, 1)) {
            Transactions transactions = new Transactions(pool);
            Writable.require(transactions);
            Schema.apply(transactions);
            Schema.check(transactions);
        }
        return Outcome.done(
                Json.object("schema", "tegula/schema-apply/1", "database", database.name(), "version", Schema.VERSION),
                "The tables of Tegula in " + database.name() + " are of version " + Schema.VERSION + ".");
    }
}
