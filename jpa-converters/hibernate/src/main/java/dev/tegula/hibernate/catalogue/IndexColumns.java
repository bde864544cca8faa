package dev.tegula.hibernate.catalogue;

import dev.tegula.blindindex.IndexPart;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.hibernate.index.MappedIndex;
import dev.tegula.hibernate.type.BlindIndexType;
import dev.tegula.hibernate.type.BlindTokensType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.boot.Metadata;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Table;

/** Turns mapped blind indexes and blind tokens into columns of the database. */
public final class IndexColumns {

    private final List<MappedIndex> indexes;
    private final ColumnNames names;

    /** Those of a final mapping; nothing is computed yet. */
    public IndexColumns(List<MappedIndex> indexes, Metadata metadata, JdbcEnvironment environment) {
        this.indexes = List.copyOf(indexes);
        this.names = new ColumnNames(metadata, environment);
    }

    /**
     * The columns.
     *
     * @throws dev.tegula.failure.ConfigurationException if a schema is not known
     * @throws dev.tegula.failure.MalformedException for more parts than the catalogue takes
     */
    public List<IndexColumn> list() {
        Map<String, IndexColumn> byLabel = new LinkedHashMap<>();
        for (MappedIndex index : indexes) {
            if (index.table().isPhysicalTable() && index.type().isLookedFor()) {
                index.column()
                        .map(column -> column(index, column))
                        .ifPresent(column -> byLabel.putIfAbsent(column.label(), column));
            }
        }
        return List.copyOf(byLabel.values());
    }

    private IndexColumn column(MappedIndex index, Column column) {
        return index.type() instanceof BlindIndexType type
                ? column(index, column, type.companion().spec())
                : column(
                        index,
                        column,
                        ((BlindTokensType) index.type()).companion().spec());
    }

    private IndexColumn column(MappedIndex index, Column column, TokenSpec spec) {
        return new IndexColumn(
                names.schema(index.table()),
                names.table(index.table()),
                names.column(column),
                next(index),
                spec.name(),
                spec.sizeBytes() * Byte.SIZE,
                spec.perTenant(),
                List.of(new IndexColumn.Part(
                        spec.field(),
                        valueColumn(index, index.indexed().get(0)),
                        IndexColumn.ofTokens(spec.step(), spec.tokenizer().id()),
                        spec.tokenizer().version())),
                List.of(),
                index.label());
    }

    private IndexColumn column(MappedIndex index, Column column, IndexSpec<?> spec) {
        List<String> attributes = index.indexed();
        List<IndexColumn.Part> parts = new ArrayList<>();
        for (int i = 0; i < attributes.size(); i++) {
            IndexPart part = spec.parts().get(i);
            parts.add(new IndexColumn.Part(
                    part.field(),
                    valueColumn(index, attributes.get(i)),
                    part.normalizer().id(),
                    part.normalizer().version()));
        }
        return new IndexColumn(
                names.schema(index.table()),
                names.table(index.table()),
                names.column(column),
                next(index),
                spec.name(),
                spec.bits(),
                spec.perTenant(),
                parts,
                unique(index.table(), column),
                index.label());
    }

    private Optional<String> next(MappedIndex index) {
        return indexes.stream()
                .filter(index::isBefore)
                .flatMap(next -> next.column().stream())
                .findFirst()
                .map(names::column);
    }

    /** The column with the values of an attribute beside the index; none if it is in another table. */
    private Optional<String> valueColumn(MappedIndex index, String attribute) {
        return index.siblings().stream()
                .filter(property -> property.getName().equals(attribute))
                .flatMap(property -> property.getValue().getColumns().stream())
                .filter(index.table()::containsColumn)
                .findFirst()
                .map(names::column);
    }

    /** The strongest UNIQUE: that of the fewest columns. */
    private List<String> unique(Table table, Column column) {
        if (column.isUnique()) {
            return List.of(names.column(column));
        }
        return table.getUniqueKeys().values().stream()
                .filter(key -> key.containsColumn(column))
                .map(key -> IndexColumn.sorted(
                        key.getColumns().stream().map(names::column).toList()))
                .min(Comparator.<List<String>>comparingInt(List::size).thenComparing(Object::toString))
                .orElse(List.of());
    }
}
