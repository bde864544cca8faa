package dev.tegula.cli.command;

import dev.tegula.blindindex.Normalizer;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.config.UnknownName;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.index.IndexForecast;
import dev.tegula.operations.index.IndexPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula index plan}. */
@Command(
        name = "plan",
        description = {
            "Say from the values what a blind index would find, and what it would show to anyone who reads the table.",
            "For each number of bits: rows that a look-up finds, those of other values among them, and groups of rows that"
                    + " look alike by all indexes of the table. A field with so few values that an index shows them is refused."
                    + " Opens values; changes nothing."
        })
final class IndexPlanCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD",
            arity = "1..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs.")
    List<String> fields = List.of();

    @Option(
            names = "--normalizer",
            paramLabel = "ID",
            description = "How values are brought to one form (default: ${DEFAULT-VALUE}).")
    String normalizer = "tegula.exact";

    @Option(
            names = "--rows",
            paramLabel = "N",
            converter = Numbers.Sample.class,
            description = "Rows of each table that are looked at (default: ${DEFAULT-VALUE}).")
    int rows = 1_000_000;

    @Option(names = "--force", description = "Exit 0 for a field whose values an index shows, too.")
    boolean force;

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open(3)) {
            List<EncryptedColumn> columns = Columns.required(open, fields);
            CatalogueIndexes known = new CatalogueIndexes(
                    open.tegula(), open.catalogue().columns(), CatalogueIndexes.normalizersOfClassPath());
            IndexPlanner planner = new IndexPlanner(open.dataSource(), known);
            Normalizer<?> by = known.normalizer(normalizer)
                    .orElseThrow(
                            () -> UnknownName.of("normaliser", normalizer, "the class path", known.normalizerIds()));
            List<IndexColumn> indexes = open.catalogue().indexes().indexes();
            List<Object> documents = new ArrayList<>();
            Layout lines = new Layout();
            boolean refused = false;
            for (EncryptedColumn column : columns) {
                List<IndexColumn> beside = indexes.stream()
                        .filter(index -> index.schema().equals(column.schema())
                                && index.table().equals(column.table())
                                && !isPlanned(index, column, by))
                        .toList();
                IndexPlanner.Plan plan = planner.plan(
                        column, by, beside, rows, invocation.interruption().control());
                refused |= plan.forecast().showsValues();
                documents.add(document(plan));
                text(lines, plan, force);
            }
            return new Outcome(
                    refused && !force ? Exit.REFUSED : Exit.DONE,
                    Json.object("schema", "tegula/index-plan/1", "refused", refused, "columns", documents),
                    lines);
        }
    }

    /** The index that is planned is there already, or one that shows the same. */
    private static boolean isPlanned(IndexColumn index, EncryptedColumn column, Normalizer<?> by) {
        return index.parts().size() == 1
                && index.parts().get(0).column().filter(column.column()::equals).isPresent()
                && index.parts().get(0).normalizer().equals(by.id());
    }

    private static void text(Layout lines, IndexPlanner.Plan plan, boolean forced) {
        IndexForecast forecast = plan.forecast();
        lines.add(plan.column().label() + " by " + plan.normalizer().id() + ": " + Table.count(forecast.rows(), "row")
                + ", " + Table.number(forecast.values()) + " different values, the most frequent in "
                + Table.number(forecast.mostFrequent()) + (plan.complete() ? "" : "; of the first rows only"));
        Table table = Table.headed("BITS", "FOUND", "OF OTHERS", "GROUPS", "ALONE");
        forecast.lengths()
                .forEach(length -> table.row(
                        length.bits(),
                        figure(length.found()),
                        figure(length.others()),
                        Table.number(length.groups()),
                        Table.number(length.alone())));
        lines.add(table);
        if (!plan.beside().isEmpty()) {
            lines.add("GROUPS and ALONE are with what the table has already: "
                    + String.join(", ", Indexes.labels(plan.beside()).toList()) + ", which make "
                    + Table.number(forecast.together()) + " groups without it.");
        }
        if (forecast.rows() < IndexForecast.FEWEST_ROWS) {
            lines.add("Fewer than " + IndexForecast.FEWEST_ROWS + " rows: this says little about the field.");
        }
        if (forecast.showsValues()) {
            lines.add(
                    "Of so few values, or of one so common, anyone who reads the table learns each value from how often its index"
                            + " occurs."
                            + (forced ? "" : " Refused: do not index it; --force if that is known and wanted."));
        }
    }

    private static String figure(double rows) {
        return rows >= 100
                ? Table.number(Math.round(rows))
                : String.format(Locale.ROOT, rows < 0.01 ? "%.0e" : "%.2f", rows);
    }

    private static Object document(IndexPlanner.Plan plan) {
        IndexForecast forecast = plan.forecast();
        return Json.object(
                "column", plan.column().label(),
                "field", plan.column().field().value(),
                "normalizer", plan.normalizer().id(),
                "complete", plan.complete(),
                "rows", forecast.rows(),
                "values", forecast.values(),
                "mostFrequent", forecast.mostFrequent(),
                "showsValues", forecast.showsValues(),
                "beside", Indexes.labels(plan.beside()).toList(),
                "groupsBeside", forecast.together(),
                "lengths",
                        forecast.lengths().stream()
                                .map(length -> Json.object(
                                        "bits", length.bits(),
                                        "found", length.found(),
                                        "others", length.others(),
                                        "groups", length.groups(),
                                        "alone", length.alone()))
                                .toList());
    }
}
