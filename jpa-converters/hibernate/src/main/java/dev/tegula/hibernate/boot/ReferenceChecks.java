package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.catalogue.MappedValue;
import java.util.List;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.ForeignKey;
import org.hibernate.mapping.Table;

/** No association may refer to ciphertext. */
final class ReferenceChecks {

    private ReferenceChecks() {}

    static void check(Metadata metadata, List<MappedValue> values) {
        for (Table table : metadata.collectTableMappings()) {
            for (ForeignKey key : table.getForeignKeys().values()) {
                values.forEach(value -> check(key, value));
            }
        }
    }

    private static void check(ForeignKey key, MappedValue value) {
        if (value.table().equals(key.getReferencedTable())
                && key.getReferencedColumns().contains(value.column())) {
            throw Refusal.of(
                    value.path(),
                    "is referenced by a foreign key of " + key.getTable().getName()
                            + ": ciphertext differs each time, so nothing can refer to it");
        }
    }
}
