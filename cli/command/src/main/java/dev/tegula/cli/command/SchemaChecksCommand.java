package dev.tegula.cli.command;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.index.IndexFacts;
import dev.tegula.operations.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tegula schema checks}. */
@Command(
        name = "checks",
        description = {
            "Print a CHECK for each encrypted column, which lets nothing in that cannot be an envelope.",
            "For each blind index what its table lacks: column, CHECK, UNIQUE, index of the database.",
            "The columns come from the catalogue. Put the statements into a migration of the application."
        })
final class SchemaChecksCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD",
            arity = "0..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs; all without.")
    List<String> fields = List.of();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            List<String> checks = new ArrayList<>(Schema.checks(Columns.required(open, fields)));
            for (IndexColumn index : Indexes.matching(open.catalogue().indexes().indexes(), fields)) {
                checks.addAll(open.transactions()
                        .read(sql -> IndexFacts.read(sql, index))
                        .statements(index));
            }
            return Outcome.done(
                    Json.object("schema", "tegula/schema-checks/1", "statements", checks),
                    checks.stream()
                            .map(statement -> statement + ";")
                            .reduce(new Layout(), Layout::statement, Layout::add));
        }
    }
}
