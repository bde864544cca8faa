package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Table;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.index.IndexCount;
import dev.tegula.operations.index.IndexFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which rows have a blind index, as {@code tegula status} shows it. */
final class IndexStatus {

    private final List<Counted> indexes;

    private IndexStatus(List<Counted> indexes) {
        this.indexes = indexes;
    }

    /** An index and its rows; without, if they cannot be counted. */
    private record Counted(IndexColumn index, Optional<IndexCount> count) {}

    /** Counts now. */
    static IndexStatus take(OpenDatabase open, List<String> globs) {
        List<IndexColumn> all = Indexes.matching(open.catalogue().indexes().indexes(), globs);
        List<EncryptedColumn> columns =
                all.isEmpty() ? List.of() : open.catalogue().rows().columns();
        return new IndexStatus(all.stream()
                .map(index -> new Counted(index, count(open, index, columns)))
                .toList());
    }

    private static Optional<IndexCount> count(OpenDatabase open, IndexColumn index, List<EncryptedColumn> columns) {
        try {
            List<EncryptedColumn> values = CatalogueIndexes.values(index, columns);
            return open.transactions()
                    .readCommitted(sql -> IndexFacts.read(sql, index).holdsBytes()
                            ? Optional.of(IndexCount.of(sql, index, values))
                            : Optional.empty());
        } catch (ConfigurationException otherTable) {
            return Optional.empty();
        }
    }

    /** For people; without rows if there is no index. */
    Table table() {
        Table table = Table.headed("INDEX", "OF", "FILLED", "MISSING");
        indexes.forEach(one -> table.row(
                one.index.label(),
                Indexes.of(one.index),
                one.count.map(count -> Table.number(count.filled())).orElse("?"),
                one.count.map(count -> Table.number(count.missing())).orElse("?")));
        return table;
    }

    /** What is to be done. */
    List<String> next() {
        List<String> next = new ArrayList<>();
        indexes.stream()
                .filter(one -> one.count.isPresent() && one.count.get().missing() > 0)
                .forEach(one -> next.add("  tegula index backfill " + one.index.label()
                        + "   gives rows their index that were written before there was one"));
        indexes.stream()
                .filter(one -> one.count.isEmpty())
                .forEach(one ->
                        next.add("  tegula doctor   says why the rows of " + one.index.label() + " cannot be counted"));
        return next;
    }

    /** For programs. */
    List<Object> documents() {
        return indexes.stream()
                .<Object>map(one -> Json.object(
                        "index", one.index.label(),
                        "fields", Indexes.fields(List.of(one.index)),
                        "filled", one.count.map(IndexCount::filled).orElse(null),
                        "missing", one.count.map(IndexCount::missing).orElse(null)))
                .toList();
    }
}
