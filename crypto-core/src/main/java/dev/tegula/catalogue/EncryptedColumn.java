package dev.tegula.catalogue;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.MalformedException;
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
 * @param perTenant whether each tenant has its own key
 * @param tenantColumn column of this table with the tenant's name; a field with a key for each tenant whose table has none
 *     is {@link #tenantUnknown}
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
        boolean perTenant,
        Optional<String> tenantColumn,
        Mode mode,
        ValueType type,
        boolean sealNulls,
        String origin) {

    /**
     * Copies the list.
     *
     * @throws MalformedException for a tenant column of a field without a key for each tenant
     */
    public EncryptedColumn {
        keyColumns = List.copyOf(keyColumns);
        if (tenantColumn.isPresent() && !perTenant) {
            throw new MalformedException(
                    MalformedException.Kind.TENANT,
                    "A column of " + field
                            + " has a tenant column, but the field has no key for each tenant (perTenant).");
        }
    }

    /**
     * Whether the table does not say which tenant a value belongs to, although each tenant has its own key: nothing but
     * the application can open such values.
     */
    public boolean tenantUnknown() {
        return perTenant && tenantColumn.isEmpty();
    }

    /** Schema, table and column with dots between, for people. */
    public String label() {
        return schema + "." + table + "." + column;
    }
}
