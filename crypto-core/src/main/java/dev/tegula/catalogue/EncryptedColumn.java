package dev.tegula.catalogue;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.value.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * One column that holds envelopes. One field may live in many columns (mapped superclasses, history tables), always with
 * one type.
 *
 * @param field whose values it holds
 * @param schema schema of the table, as the database stores the name
 * @param table table, as the database stores the name
 * @param column column, as the database stores the name
 * @param keyColumns columns of the primary key, in the order of the mapping; frozen, because row binding uses it
 * @param tenantColumn column with the tenant's name, for a field with a key for each tenant
 * @param mode what its envelopes are bound to
 * @param type type of its values
 * @param sealNulls whether null is encrypted too
 * @param origin where the mapping says so, for people, for example {@code clinic.Patient.ssn}
 */
public record EncryptedColumn(
        FieldId field,
        String schema,
        String table,
        String column,
        List<String> keyColumns,
        Optional<String> tenantColumn,
        Mode mode,
        ValueType type,
        boolean sealNulls,
        String origin) {

    /** Copies the list. */
    public EncryptedColumn {
        keyColumns = List.copyOf(keyColumns);
    }

    /** Schema, table and column with dots between, for people. */
    public String label() {
        return schema + "." + table + "." + column;
    }
}
