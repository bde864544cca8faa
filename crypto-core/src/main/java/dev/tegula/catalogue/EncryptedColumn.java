package dev.tegula.catalogue;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ShellWord;
import dev.tegula.value.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * One column that holds envelopes. One field may live in many columns (mapped superclasses, history tables), always with
 * one type. Names have 1 to 255 bytes; limits and meaning are those of {@code docs/format/v1.md}, which says how a row of
 * the catalogue is sealed.
 *
 * @param field whose values it holds
 * @param schema schema of the table, as the database stores the name
 * @param table table, as the database stores the name
 * @param column column, as the database stores the name
 * @param keyColumns columns of the primary key, in the order of the mapping; frozen, because row binding uses it. At most
 *     32; none for a table without a primary key, which can be read and written, but not rotated
 * @param perTenant whether each tenant has its own key
 * @param tenantColumn column of this table with the tenant's name; a field with a key for each tenant whose table has none
 *     is {@link #tenantUnknown}
 * @param mode what its envelopes are bound to
 * @param type type of its values
 * @param sealNulls whether null is encrypted too
 * @param origin where the mapping says so, for people, for example {@code clinic.Patient.ssn}; at most 1,000 bytes
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

    private static final int MAX_KEY_COLUMNS = 32;

    /**
     * Copies the list.
     *
     * @throws MalformedException for a name that is empty or too long, text that is no Unicode, too many key columns, or a
     *     tenant column of a field without a key for each tenant
     */
    public EncryptedColumn {
        keyColumns = List.copyOf(keyColumns);
        CatalogueText.require("schema", schema);
        CatalogueText.require("table", table);
        CatalogueText.require("column", column);
        keyColumns.forEach(key -> CatalogueText.require("key column", key));
        tenantColumn.ifPresent(tenant -> CatalogueText.require("tenant column", tenant));
        if (keyColumns.size() > MAX_KEY_COLUMNS) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT, "A primary key has at most " + MAX_KEY_COLUMNS + " columns.");
        }
        CatalogueText.requireOrigin(origin);
        if (type == ValueType.NULL) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "NULL is the type of a sealed null, not of a column; the type of the values was expected.");
        }
        if (tenantColumn.isPresent() && !perTenant) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A column of " + field
                            + " has a tenant column, but the field has no key for each tenant (perTenant).");
        }
    }

    /**
     * A column of a field with one key for all tenants, nulls in clear, mode FIELD.
     *
     * @param place schema, table and column with dots between, as the database stores the names
     * @param keyColumns columns of the table's primary key, in its order
     * @throws MalformedException for a name that is empty or too long, or has a dot, or is no field id
     */
    public static EncryptedColumn of(String field, String place, ValueType type, String... keyColumns) {
        String[] names = place.split("\\.", -1);
        if (names.length != 3) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A column is named schema.table.column, for example public.patient.ssn; this name has "
                            + names.length + (names.length == 1 ? " part." : " parts."));
        }
        return new EncryptedColumn(
                FieldId.of(field),
                names[0],
                names[1],
                names[2],
                List.of(keyColumns),
                false,
                Optional.empty(),
                Mode.FIELD,
                type,
                false,
                "");
    }

    /** The same, for a field with a key for each tenant; the named column of the table has the tenant's name. */
    public EncryptedColumn withTenant(String tenant) {
        return new EncryptedColumn(
                field, schema, table, column, keyColumns, true, Optional.of(tenant), mode, type, sealNulls, origin);
    }

    /** The same, with null encrypted too. */
    public EncryptedColumn withSealedNulls() {
        return new EncryptedColumn(
                field, schema, table, column, keyColumns, perTenant, tenantColumn, mode, type, true, origin);
    }

    /** The same, with where it comes from, for people. */
    public EncryptedColumn withOrigin(String where) {
        return new EncryptedColumn(
                field, schema, table, column, keyColumns, perTenant, tenantColumn, mode, type, sealNulls, where);
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

    /** {@link #label} as a word of a command that a message proposes. */
    public String argument() {
        return ShellWord.of(label());
    }
}
