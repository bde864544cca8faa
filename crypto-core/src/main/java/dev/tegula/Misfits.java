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

    private volatile Map<String, Misfit> byPlace = Map.of();

    /** Takes what was found of these columns; what was found of others stays. */
    synchronized void replace(List<EncryptedColumn> columns, List<Misfit> found) {
        Map<String, Misfit> next = new LinkedHashMap<>(byPlace);
        columns.forEach(column -> next.remove(column.label()));
        found.forEach(misfit -> next.put(misfit.column().label(), misfit));
        byPlace = Map.copyOf(next);
    }

    /** Why no value of this field is encrypted; null if nothing is known against it. */
    @Nullable
    String of(FieldId field) {
        Map<String, Misfit> now = byPlace;
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
