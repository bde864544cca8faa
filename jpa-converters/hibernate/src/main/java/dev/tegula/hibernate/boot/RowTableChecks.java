package dev.tegula.hibernate.boot;

import dev.tegula.envelope.FieldId;
import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.row.RowRefusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where one field's values are in the tables of several entities. A value is bound to its field and to the key of its row, so between rows
 * of one key it could be moved. The tables of one hierarchy share their identifiers.
 */
final class RowTableChecks {

    private RowTableChecks() {}

    static void check(List<MappedValue> bound) {
        Map<FieldId, MappedValue> first = new HashMap<>();
        for (MappedValue value : bound) {
            FieldId field = value.encryption().spec().field();
            MappedValue other = first.putIfAbsent(field, value);
            if (other != null && !other.table().equals(value.table()) && !ofOneHierarchy(other, value)) {
                throw RowRefusal.of(
                        value.path(),
                        "its field " + field + " is in the table "
                                + value.table().getName() + " and, by " + other.path()
                                + ", in " + other.table().getName()
                                + ": a value of one would open in the row of the other that has the same key. Give each its own"
                                + " field id, and an attribute of its own where a mapped superclass has it");
            }
        }
    }

    private static boolean ofOneHierarchy(MappedValue one, MappedValue other) {
        return one.owner().getRootClass().equals(other.owner().getRootClass());
    }
}
