package dev.tegula.hibernate.catalogue;

import dev.tegula.blindindex.IndexSpec;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.hibernate.index.MappedIndex;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.boot.Metadata;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.hibernate.mapping.Column;

/** Turns mapped blind indexes into columns of the database. */
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
     */
    public List<IndexColumn> list() {
        Map<String, IndexColumn> byLabel = new LinkedHashMap<>();
        for (MappedIndex index : indexes) {
            if (index.table().isPhysicalTable()) {
                index.column()
                        .map(column -> column(index, column))
                        .ifPresent(column -> byLabel.putIfAbsent(column.label(), column));
            }
        }
        return List.copyOf(byLabel.values());
    }

    private IndexColumn column(MappedIndex index, Column column) {
        Set<Set<String>> unique = new LinkedHashSet<>();
        if (column.isUnique()) {
            unique.add(Set.of(names.column(column)));
        }
        index.table().getUniqueKeys().values().stream()
                .filter(key -> key.containsColumn(column))
                .forEach(key ->
                        unique.add(key.getColumns().stream().map(names::column).collect(Collectors.toSet())));
        IndexSpec<?> spec = index.type().index().spec();
        return new IndexColumn(
                spec.field(),
                spec.perTenant(),
                names.schema(index.table()),
                names.table(index.table()),
                names.column(column),
                spec.sizeBytes(),
                List.copyOf(unique),
                index.label());
    }
}
