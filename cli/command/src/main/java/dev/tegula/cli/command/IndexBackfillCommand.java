package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.index.IndexCount;
import dev.tegula.operations.index.NextColumn;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.IndexBackfill;
import dev.tegula.operations.reencrypt.IndexSource;
import dev.tegula.operations.reencrypt.Preflight;
import dev.tegula.operations.reencrypt.Teller;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tegula index backfill}. */
@Command(
        name = "backfill",
        description = {
            "Fill the blind index, or the blind tokens, of rows that were written before there was one, while applications run.",
            "First deploy the application with `filling = true` in the annotation everywhere: an older release changes values and"
                    + " not their indexes. Run again to resume, on more hosts to help."
        })
final class IndexBackfillCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD|INDEX",
            arity = "1..*",
            converter = Indexes.Name.class,
            description = "Field ids or globs, for all their indexes; or one index as schema.table.column.")
    List<String> names = List.of();

    @Mixin
    final BackfillOptions rows = new BackfillOptions();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open(3)) {
            List<IndexColumn> indexes = Indexes.required(open, names);
            invocation.about().fields(Indexes.fields(indexes));
            List<EncryptedColumn> columns = open.catalogue().columns();
            CatalogueIndexes known =
                    new CatalogueIndexes(open.tegula(), columns, CatalogueIndexes.normalizersOfClassPath());
            Map<IndexColumn, IndexSource> sources = new LinkedHashMap<>();
            indexes.forEach(index -> {
                NextColumn.requireKnown(index, open.transactions());
                NextColumn.requireFits(index, open.transactions());
                sources.put(index, known.source(index));
            });
            List<Finding> findings = new Preflight(open.dataSource())
                    .look(sources.values().stream()
                            .flatMap(source -> source.values().stream())
                            .distinct()
                            .toList())
                    .without(rows.accepted());
            if (change.dryRun) {
                return dryRun(open, sources, findings);
            }
            findings.stream().findFirst().ifPresent(finding -> {
                throw finding.failure();
            });
            invocation.confirm(
                    change,
                    "Fill " + String.join(", ", Indexes.labels(indexes).toList()) + " in "
                            + open.database().name() + "?");
            return invocation.watching(open, columns(sources), () -> fill(invocation, open, sources));
        }
    }

    private static List<EncryptedColumn> columns(Map<IndexColumn, IndexSource> sources) {
        return sources.values().stream()
                .flatMap(source -> source.values().stream())
                .toList();
    }

    private static Outcome dryRun(OpenDatabase open, Map<IndexColumn, IndexSource> sources, List<Finding> findings) {
        List<String> lines = new ArrayList<>();
        sources.forEach((index, source) -> {
            IndexCount count = open.transactions()
                    .read(sql -> IndexCount.of(
                            sql, index, source.values(), open.lifecycle().list()));
            lines.add(index.label() + ": " + Table.count(count.missing(), "row") + " would be filled; "
                    + Table.number(count.filled()) + " have their index.");
        });
        lines.addAll(FindingText.lines(findings));
        return DryRun.of(lines);
    }

    private Outcome fill(Invocation invocation, OpenDatabase open, Map<IndexColumn, IndexSource> sources) {
        IndexBackfill backfill = new IndexBackfill(open.dataSource(), rows.settings(), Teller.of(open.tegula()));
        IndexReport report = new IndexReport("tegula/index-backfill/1");
        ProgressPrinter progress = new ProgressPrinter(invocation.console(), "backfill", InstantSource.system());
        try {
            sources.forEach((index, source) -> {
                if (report.goesOn()) {
                    report.filled(
                            index,
                            backfill.fill(
                                    source,
                                    rows.accepted(),
                                    invocation.interruption().control(),
                                    progress));
                }
            });
        } finally {
            progress.clear();
        }
        return report.outcome(
                "Next: tegula index verify " + String.join(" ", names)
                        + "; when it is clean, take `filling` out of the mapping.",
                "Run the same command again to go on; mend the rows that are listed first.");
    }
}
