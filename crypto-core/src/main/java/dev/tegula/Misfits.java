package dev.tegula;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.Misfit;
import dev.tegula.envelope.FieldId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why values of some fields are not encrypted: a column of the field has a type into which the database would cast an
 * envelope. By column, because several mappings with other columns of one field may publish through one engine.
 * Thread-safe.
 */
final class Misfits {

    private volatile Map<Place, Misfit> byPlace = Map.of();

    /** With the field: a column that another mapping gives to another field is refused for both. */
    private record Place(FieldId field, String schema, String table, String column) {

        static Place of(EncryptedColumn column) {
            return new Place(column.field(), column.schema(), column.table(), column.column());
        }
    }

    /** Takes what was found of these columns; what was found of others stays. */
    synchronized void replace(List<EncryptedColumn> columns, List<Misfit> found) {
        Map<Place, Misfit> next = new LinkedHashMap<>(byPlace);
        columns.forEach(column -> next.remove(Place.of(column)));
        found.forEach(misfit -> next.put(Place.of(misfit.column()), misfit));
        byPlace = Map.copyOf(next);
    }

    /** Why no value of this field is encrypted; null if nothing is known against it. */
    @Nullable
    String of(FieldId field) {
        Map<Place, Misfit> now = byPlace;
        if (now.isEmpty()) {
            return null;
        }
        for (Misfit misfit : now.values()) {
            if (misfit.column().field().equals(field)) {
                return misfit.why();
            }
        }
        return null;
    }
}
