package dev.tegula.hibernate.catalogue;

import dev.tegula.failure.ConfigurationException;
import java.util.List;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.model.naming.Identifier;
import org.hibernate.engine.jdbc.env.spi.IdentifierHelper;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.PrimaryKey;
import org.hibernate.mapping.Table;
import org.jspecify.annotations.Nullable;

/** Names as the database stores them: case folded where the mapping did not quote, the default schema filled in. */
final class ColumnNames {

    private final IdentifierHelper identifiers;
    private final @Nullable Identifier mappedSchema;
    private final @Nullable Identifier currentSchema;

    ColumnNames(Metadata metadata, JdbcEnvironment environment) {
        this.identifiers = environment.getIdentifierHelper();
        this.currentSchema = environment.getCurrentSchema();
        this.mappedSchema =
                metadata.getDatabase().getDefaultNamespace().getPhysicalName().getSchema();
    }

    String schema(Table table) {
        Identifier own = table.getSchemaIdentifier();
        Identifier schema = own != null ? own : mappedSchema != null ? mappedSchema : currentSchema;
        if (schema == null) {
            throw new ConfigurationException("The schema of table " + table.getName()
                    + " is not known without a connection. Set hibernate.default_schema.");
        }
        return identifiers.toMetaDataSchemaName(schema);
    }

    String table(Table table) {
        return identifiers.toMetaDataObjectName(table.getNameIdentifier());
    }

    String column(Column column) {
        return identifiers.toMetaDataObjectName(identifiers.toIdentifier(column.getName(), column.isQuoted()));
    }

    /**
     * The columns of the primary key in the order of the mapping. Where Hibernate makes the table, it makes the key in another order,
     * and only then: what values are bound to must not depend on that.
     */
    static List<Column> keyColumns(Table table) {
        PrimaryKey key = table.getPrimaryKey();
        if (key == null) {
            return List.of();
        }
        int[] original = key.getOriginalOrder();
        if (original == null) {
            return key.getColumns();
        }
        Column[] columns = new Column[original.length];
        for (int i = 0; i < original.length; i++) {
            columns[original[i]] = key.getColumns().get(i);
        }
        return List.of(columns);
    }

    List<String> key(Table table) {
        return keyColumns(table).stream().map(this::column).toList();
    }
}
