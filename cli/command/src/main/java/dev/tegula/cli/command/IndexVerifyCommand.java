package dev.tegula.cli.command;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.reencrypt.IndexBackfill;
import dev.tegula.operations.reencrypt.SweepSettings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tegula index verify}. */
@Command(
        name = "verify",
        description = {
            "Open every value and compare it with its blind index or blind tokens. Changes nothing.",
            "Rows that do not fit are listed by primary key; no value is shown. A table is read by one thread."
        })
final class IndexVerifyCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD|INDEX",
            arity = "1..*",
            converter = Indexes.Name.class,
            description = "Field ids or globs, for all their indexes; or one index as schema.table.column.")
    List<String> names = List.of();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open(3)) {
            List<IndexColumn> indexes = Indexes.required(open, names);
            CatalogueIndexes known = new CatalogueIndexes(
                    open.tegula(), open.catalogue().columns(), CatalogueIndexes.normalizersOfClassPath());
            IndexBackfill backfill = new IndexBackfill(open.dataSource(), SweepSettings.standard());
            IndexReport report = new IndexReport("tegula/index-verify/1");
            ProgressPrinter progress = new ProgressPrinter(invocation.console(), "verify", InstantSource.system());
            try {
                for (IndexColumn index : indexes) {
                    if (report.goesOn()) {
                        report.verified(
                                index,
                                backfill.verify(
                                        known.source(index),
                                        Long.MAX_VALUE,
                                        invocation.interruption().control(),
                                        progress));
                    }
                }
            } finally {
                progress.clear();
            }
            return report.outcome("Every row has the index of its value.", next(report));
        }
    }

    private String next(IndexReport report) {
        List<String> next = new ArrayList<>();
        if (report.missing()) {
            next.add("Rows without an index: tegula index backfill " + String.join(" ", names) + ".");
        }
        if (report.wrong()) {
            next.add(
                    "A row with a wrong one, which no application can load: find out who wrote it, set its index, and its next"
                            + " column, to NULL in the database, then tegula index backfill "
                            + String.join(" ", names) + ".");
        }
        return next.isEmpty() ? "Mend the rows that are listed first." : String.join(" ", next);
    }
}
