package dev.tegula.test;

import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.CatalogueRows;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.IndexRows;
import dev.tegula.failure.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The catalogue in memory; two mappings that disagree about a column are refused, as the database refuses them. */
final class MemoryCatalogue implements Catalogue {

    private final Map<String, EncryptedColumn> columns = new TreeMap<>();
    private final Map<String, IndexColumn> indexes = new TreeMap<>();

    @Override
    public synchronized void publish(List<EncryptedColumn> mapped) {
        for (EncryptedColumn column : mapped) {
            EncryptedColumn before = columns.putIfAbsent(column.label(), column);
            if (before != null && !sameMeaning(before, column)) {
                throw new ConfigurationException(column.label() + " is mapped as " + before.field() + " by "
                        + before.origin() + " and as " + column.field() + " by " + column.origin()
                        + ", or with another type, key or mode. One column has one meaning.");
            }
        }
    }

    @Override
    public synchronized void publishIndexes(List<IndexColumn> mapped) {
        for (IndexColumn index : mapped) {
            IndexColumn before = indexes.put(index.label(), index);
            if (before != null && !before.field().equals(index.field())) {
                indexes.put(before.label(), before);
                throw new ConfigurationException(index.label() + " is an index of " + before.field() + " by "
                        + before.origin() + " and of " + index.field() + " by " + index.origin()
                        + ". One column has one meaning.");
            }
        }
    }

    @Override
    public synchronized IndexRows indexes() {
        return new IndexRows(List.copyOf(indexes.values()), List.of());
    }

    private static boolean sameMeaning(EncryptedColumn a, EncryptedColumn b) {
        return a.field().equals(b.field())
                && a.type() == b.type()
                && a.mode() == b.mode()
                && a.perTenant() == b.perTenant()
                && a.keyColumns().equals(b.keyColumns());
    }

    @Override
    public synchronized CatalogueRows rows() {
        return new CatalogueRows(List.copyOf(columns.values()), List.of());
    }
}
