package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.schema.Schema;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tegula schema checks}. */
@Command(
        name = "checks",
        description = {
            "Print a CHECK for each encrypted column, which lets nothing in that cannot be an envelope.",
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
            List<String> checks = Schema.checks(Columns.required(open, fields));
            return Outcome.done(
                    Json.object("schema", "tegula/schema-checks/1", "statements", checks),
                    checks.stream()
                            .map(statement -> statement + ";")
                            .reduce(new Layout(), Layout::statement, Layout::add));
        }
    }
}
