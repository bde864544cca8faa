package dev.tegula.hibernate.catalogue;

import org.hibernate.mapping.Column;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.Value;

/**
 * A value of the mapping that uses a column.
 *
 * @param path entity and attribute, for messages
 */
public record ColumnUse(Table table, Column column, Value value, String path) {}
