package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.Identifiers;

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

    /** As SQL: both parts quoted, whatever they hold. */
    public String quoted() {
        return Identifiers.table(schema, name);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
