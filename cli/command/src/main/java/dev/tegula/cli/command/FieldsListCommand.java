package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.backup.CatalogueFile;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tegula fields list}. */
@Command(
        name = "list",
        description = {
            "List the encrypted columns that applications published, and their blind indexes.",
            "With --json it prints what tegula fields import reads."
        })
final class FieldsListCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD",
            arity = "0..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs; all without.")
    List<String> fields = List.of();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            Columns.requireKnown(open, fields);
            List<EncryptedColumn> columns = Columns.matching(open.catalogue().columns(), fields);
            Table table = Table.headed(
                    "FIELD", "COLUMN", "TYPE", "MODE", "KEY COLUMNS", "TENANT COLUMN", "NULLS", "MAPPED BY");
            columns.forEach(column -> table.row(
                    column.field(),
                    column.label(),
                    column.type(),
                    column.mode(),
                    String.join(", ", column.keyColumns()),
                    column.tenantColumn().orElse(column.tenantUnknown() ? "(not in this table)" : ""),
                    column.sealNulls() ? "sealed" : "plain",
                    column.origin()));
            List<IndexColumn> indexes =
                    Indexes.matching(open.catalogue().indexes().indexes(), fields);
            Layout lines = new Layout();
            if (table.isEmpty()) {
                lines.add("The catalogue has no such column. Applications publish theirs when they start; or"
                        + " tegula fields import FILE.");
            } else {
                lines.add(table);
            }
            if (!indexes.isEmpty()) {
                lines.add("").add("Blind indexes:").add(Indexes.table(indexes));
            }
            return Outcome.done(CatalogueFile.document(columns, indexes), lines);
        }
    }
}
