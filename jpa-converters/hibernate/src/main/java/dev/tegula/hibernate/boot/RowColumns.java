package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.catalogue.Columns;
import dev.tegula.hibernate.catalogue.MappedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Join;
import org.hibernate.mapping.KeyValue;
import org.hibernate.mapping.PersistentClass;

/** The primary key of the table of a value, in the order of the catalogue, and where its parts are in the entity's identifier. */
final class RowColumns {

    private RowColumns() {}

    /** The key of the table. */
    static List<Column> key(MappedValue value) {
        return Columns.key(value.table());
    }

    /**
     * For each column of the key, the column of the identifier that holds the same; empty if that cannot be told for one of them, as
     * where a table for a subclass gives the parts of a composite identifier other names.
     */
    static Optional<List<Column>> identifier(MappedValue value) {
        List<Column> identifier = value.owner().getRootClass().getIdentifier().getColumns();
        List<Column> own = keyOf(value).getColumns();
        List<Column> found = new ArrayList<>();
        for (Column column : key(value)) {
            Optional<Column> same = identifier.size() == 1 && own.size() == 1
                    ? Optional.of(identifier.get(0))
                    : identifier.stream()
                            .filter(one -> one.getName().equals(column.getName()))
                            .findFirst();
            same.ifPresent(found::add);
        }
        return found.size() == identifier.size() && found.size() == key(value).size()
                ? Optional.of(List.copyOf(found))
                : Optional.empty();
    }

    private static KeyValue keyOf(MappedValue value) {
        PersistentClass owner = value.owner();
        for (Join join : owner.getJoins()) {
            if (join.getTable().equals(value.table())) {
                return join.getKey();
            }
        }
        return owner.getKey();
    }
}
