package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Table;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.index.IndexCount;
import dev.tegula.operations.index.IndexFacts;
import dev.tegula.operations.reencrypt.TableSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which rows have a blind index, as {@code tegula status} shows it. */
final class IndexStatus {

    private final List<Counted> indexes;

    private IndexStatus(List<Counted> indexes) {
        this.indexes = indexes;
    }

    /** An index and its rows; without, if its table is too large to be counted now, or they cannot be counted. */
    private record Counted(IndexColumn index, boolean large, Optional<IndexCount> count) {}

    /** Counts now where that takes a moment. */
    static IndexStatus take(OpenDatabase open, List<String> globs) {
        List<IndexColumn> all = Indexes.matching(open.catalogue().indexes().indexes(), globs);
        List<EncryptedColumn> columns =
                all.isEmpty() ? List.of() : open.catalogue().rows().columns();
        return new IndexStatus(all.stream()
                .map(index -> large(open, index)
                        ? new Counted(index, true, Optional.empty())
                        : new Counted(index, false, count(open, index, columns)))
                .toList());
    }

    private static boolean large(OpenDatabase open, IndexColumn index) {
        TableName table = new TableName(index.schema(), index.table());
        return open.transactions().read(session -> TableSize.of(session, table).large());
    }

    private static Optional<IndexCount> count(OpenDatabase open, IndexColumn index, List<EncryptedColumn> columns) {
        try {
            List<EncryptedColumn> values = CatalogueIndexes.values(index, columns);
            return open.transactions()
                    .read(sql -> IndexFacts.read(sql, index).fits(index)
                            ? Optional.of(IndexCount.of(
                                    sql, index, values, open.lifecycle().list()))
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

    /** What is to be known of the numbers. */
    List<String> remarks() {
        return indexes.stream()
                .filter(one -> one.large)
                .map(one -> "index: " + one.index.label()
                        + " was not counted, because its table is large; `tegula index verify " + one.index.argument()
                        + "` looks at every row of it.")
                .toList();
    }

    /** What is to be done. */
    List<String> next() {
        List<String> next = new ArrayList<>();
        indexes.stream()
                .filter(one -> one.count.isPresent() && one.count.get().missing() > 0)
                .forEach(one -> next.add("  tegula index backfill " + one.index.argument()
                        + "   gives rows their index that have none, or says why one cannot"));
        indexes.stream()
                .filter(one -> one.count.isEmpty() && !one.large)
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
