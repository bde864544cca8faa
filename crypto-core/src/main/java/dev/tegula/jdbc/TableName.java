package dev.tegula.jdbc;

import dev.tegula.catalogue.EncryptedColumn;

/**
 * A table, named as the database stores it.
 *
 * @param schema its schema
 * @param name its name
 */
public record TableName(String schema, String name) {

    /** The table of a catalogue entry. */
    public static TableName of(EncryptedColumn column) {
        return new TableName(column.schema(), column.table());
    }

    /** As SQL: both parts quoted, whatever they hold; without a schema where that is empty. */
    public String quoted() {
        return (schema.isEmpty() ? "" : Identifiers.quote(schema) + ".") + Identifiers.quote(name);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
