package dev.tegula.cli.command;

import dev.tegula.catalogue.CatalogueRows;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.IndexRows;
import dev.tegula.catalogue.UnsealedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.output.UsageException;
import dev.tegula.config.UnknownName;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.rotation.OrphanedJobs;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula fields remove}. */
@Command(
        name = "remove",
        description = {
            "Take columns out of the catalogue: columns that were dropped, and rows that do not verify.",
            "A column that still holds values is refused: nothing would count them when a key is retired. One that was removed before is"
                    + " named, and that is no failure.",
            "Of a blind index only the catalogue's row is removed. A row that does not verify is removed whatever it says."
                    + " Applications publish again what they map."
        })
final class FieldsRemoveCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "COLUMN",
            arity = "0..*",
            description = "schema.table.column, as tegula fields list shows it.")
    List<String> places = List.of();

    @Option(names = "--unsealed", description = "All rows that do not verify, whatever their names are made of.")
    boolean unsealed;

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    void requireSense() {
        if (places.isEmpty() != unsealed) {
            throw new UsageException("Name columns (schema.table.column), or say --unsealed; one of both.");
        }
    }

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            CatalogueRows rows = open.catalogue().rows();
            IndexRows indexRows = open.catalogue().indexes();
            List<UnsealedColumn> strange = wanted(rows.unsealed());
            List<UnsealedColumn> strangeIndexes = wanted(indexRows.unsealed());
            List<IndexColumn> indexes = indexRows.indexes().stream()
                    .filter(index -> places.contains(index.label()))
                    .toList();
            List<EncryptedColumn> columns = rows.columns().stream()
                    .filter(column -> places.contains(column.label()))
                    .toList();
            List<String> gone = gone(open, rows, indexRows);
            columns.forEach(column -> requireEmpty(open, column));
            List<String> labels = Stream.of(
                            columns.stream().map(EncryptedColumn::label),
                            indexes.stream().map(index -> index.label() + " (a blind index)"),
                            Stream.concat(strange.stream(), strangeIndexes.stream())
                                    .map(row -> row.label() + " (" + row.why() + ")"))
                    .flatMap(Function.identity())
                    .toList();
            if (labels.isEmpty() && !gone.isEmpty()) {
                return change.dryRun ? DryRun.of(gone) : outcome(labels, gone);
            }
            if (labels.isEmpty()) {
                return change.dryRun
                        ? DryRun.of("Every row of the catalogue verifies; nothing would be removed.")
                        : outcome(labels, List.of("Every row of the catalogue verifies; nothing was removed."));
            }
            String what = Table.count(labels.size(), "row") + " of the catalogue: " + String.join(", ", labels);
            if (change.dryRun) {
                return DryRun.of(Stream.concat(Stream.of("Would remove " + what + "."), gone.stream())
                        .toList());
            }
            invocation.confirm(change, "Remove " + what + "?");
            open.catalogue().remove(columns);
            open.catalogue().removeUnsealed(strange);
            open.catalogue().removeIndexes(indexes);
            open.catalogue().removeUnsealedIndexes(strangeIndexes);
            List<String> lines = lines(what, !strange.isEmpty());
            lines.addAll(gone);
            columns.stream()
                    .filter(column -> !open.transactions().<Boolean>read(sql -> there(sql, column)))
                    .forEach(column -> lines.add("There is no " + column.label()
                            + ". If its table has another name now, its values are counted and moved again after: tegula"
                            + " fields add " + column.field() + " SCHEMA.TABLE.COLUMN --type " + column.type()));
            new OrphanedJobs(open.dataSource())
                    .all(open.catalogue().rows().columns())
                    .forEach(job -> lines.add(job.message()));
            return outcome(labels, lines);
        }
    }

    private List<UnsealedColumn> wanted(List<UnsealedColumn> rows) {
        return rows.stream()
                .filter(row -> unsealed || places.contains(row.label()))
                .toList();
    }

    /** Says it of those that were removed before; a name that nobody removed is refused. */
    private List<String> gone(OpenDatabase open, CatalogueRows rows, IndexRows indexes) {
        List<String> known = Stream.of(
                        rows.columns().stream().map(EncryptedColumn::label),
                        Indexes.labels(indexes.indexes()),
                        Stream.concat(rows.unsealed().stream(), indexes.unsealed().stream())
                                .map(UnsealedColumn::label))
                .flatMap(Function.identity())
                .toList();
        return places.stream()
                .filter(place -> !known.contains(place))
                .map(place -> RemovedColumn.told(open, place)
                        .orElseThrow(() -> UnknownName.of("column", place, "the catalogue", known)))
                .toList();
    }

    private static void requireEmpty(OpenDatabase open, EncryptedColumn column) {
        if (open.transactions().<Boolean>read(sql -> RealTable.inUse(sql, column))) {
            throw new RefusedException(
                    "column-in-use",
                    column.label() + " holds values of " + column.field() + ". Out of the catalogue they would not be"
                            + " counted or moved, and lost with their key; drop the column, or set it"
                            + " to NULL, first.");
        }
    }

    private static boolean there(dev.tegula.jdbc.Session sql, EncryptedColumn column) throws SQLException {
        return RealTable.read(sql, TableName.of(column))
                .filter(table -> table.types().containsKey(column.column()))
                .isPresent();
    }

    private static List<String> lines(String what, boolean strange) {
        List<String> lines = new ArrayList<>(List.of("Removed " + what + "."));
        if (strange) {
            lines.add("If one of them was your column, its values are not counted now. Before anything is rotated,"
                    + " publish it again: restart the application, or");
            lines.add("  tegula fields import FILE");
        }
        return lines;
    }

    private static Outcome outcome(List<String> labels, List<String> lines) {
        return Outcome.done(Json.object("schema", "tegula/fields-remove/1", "removed", labels), lines);
    }
}
