package dev.tegula.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;

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
        return quote(schema) + "." + quote(name);
    }

    /**
     * An identifier as SQL.
     *
     * @throws ConfigurationException for an empty one or one with a NUL, which no database stores
     */
    public static String quote(String identifier) {
        if (identifier.isEmpty() || identifier.indexOf('\0') >= 0) {
            throw new ConfigurationException(
                    "The catalogue names a schema, table or column that is empty or holds a NUL;"
                            + " publish it again from the application's mapping.");
        }
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
