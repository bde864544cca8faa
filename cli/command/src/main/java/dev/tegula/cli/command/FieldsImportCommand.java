package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.backup.CatalogueFile;
import dev.tegula.operations.document.Json;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tegula fields import}. */
@Command(
        name = "import",
        description = {
            "Add columns to the catalogue from a file, for applications that do not publish theirs (JDBC, jOOQ).",
            "Columns that are there stay; a column cannot change its field. They are compared with the tables first."
        })
final class FieldsImportCommand extends TegulaCommand {

    @Parameters(paramLabel = "FILE", description = "A file as `tegula fields list --json` writes it.")
    Path file = Path.of("");

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        CatalogueFile.Contents contents = CatalogueFile.read(file);
        int indexes = contents.indexes().size();
        String what = Table.count(contents.columns().size(), "column")
                + (indexes == 0
                        ? ""
                        : " and " + (indexes == 1 ? "1 blind index" : Table.number(indexes) + " blind indexes"));
        try (OpenDatabase open = invocation.open()) {
            CatalogueColumns.requireFit(open, contents.columns());
            CatalogueColumns.requireIndexFit(open, contents.indexes());
            if (change.dryRun) {
                return DryRun.of(what + " of " + file + " would be added or refreshed.");
            }
            invocation.confirm(
                    change,
                    "Add or refresh " + what + " in the catalogue of "
                            + open.database().name() + "?");
            open.catalogue().publish(contents.columns());
            open.catalogue().publishIndexes(contents.indexes());
            return Outcome.done(
                    Json.object(
                            "schema",
                            "tegula/fields-import/1",
                            "columns",
                            contents.columns().size(),
                            "indexes",
                            indexes),
                    what + " added or refreshed. Compare with the tables: tegula doctor");
        }
    }
}
