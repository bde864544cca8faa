package dev.tegula.catalogue;

import dev.tegula.envelope.FieldId;
import java.util.List;
import java.util.Set;

/**
 * A column that holds a blind index, with names as the database stores them.
 *
 * @param field whose INDEX keys it is computed under
 * @param perTenant whether each tenant has a key of its own
 * @param schema schema of its table
 * @param table its table
 * @param column itself
 * @param sizeBytes how many bytes each index has
 * @param unique the columns of each UNIQUE of the mapping that it is part of
 * @param origin where the mapping says so, for people
 */
public record IndexColumn(
        FieldId field,
        boolean perTenant,
        String schema,
        String table,
        String column,
        int sizeBytes,
        List<Set<String>> unique,
        String origin) {

    /** Copies the list. */
    public IndexColumn {
        unique = unique.stream().map(Set::copyOf).toList();
    }

    /** Schema, table and column with dots between, for people. */
    public String label() {
        return schema + "." + table + "." + column;
    }
}
