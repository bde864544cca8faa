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

    List<String> key(Table table) {
        PrimaryKey key = table.getPrimaryKey();
        return key == null
                ? List.of()
                : key.getColumns().stream().map(this::column).toList();
    }
}
