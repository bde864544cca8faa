package dev.tegula.hibernate.catalogue;

import dev.tegula.FieldSpec;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.TableName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.boot.Metadata;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Table;

/** Turns mapped values into rows of the catalogue. */
public final class Columns {

    private final List<MappedValue> values;
    private final ColumnNames names;
    private final TenantColumn tenants;

    /** The columns of a final mapping; nothing is computed yet. */
    public Columns(List<MappedValue> values, Metadata metadata, JdbcEnvironment environment) {
        this.values = values;
        this.names = new ColumnNames(metadata, environment);
        this.tenants = new TenantColumn(metadata);
    }

    /** The columns of the primary key of a table, in the order of the catalogue. */
    public static List<Column> key(Table table) {
        return ColumnNames.keyColumns(table);
    }

    /**
     * A table as the database names it.
     *
     * @throws ConfigurationException if its schema is not known
     */
    public TableName name(Table table) {
        return new TableName(names.schema(table), names.table(table));
    }

    /** A column as the database names it. */
    public String name(Column column) {
        return names.column(column);
    }

    /**
     * The catalogue. Makes converters, which may need the application's container, so it is not for boot.
     *
     * @throws dev.tegula.failure.ConfigurationException if a schema is not known, if two fields share a column, one field has two types,
     *     or a table does not say whose values it has, although each tenant has its own key
     */
    public List<EncryptedColumn> list() {
        Map<String, EncryptedColumn> byLabel = new LinkedHashMap<>();
        Map<FieldId, EncryptedColumn> byField = new HashMap<>();
        for (MappedValue value : values) {
            if (value.table().isPhysicalTable()) {
                EncryptedColumn column = column(value);
                EncryptedColumn same = byLabel.putIfAbsent(column.label(), column);
                if (same != null && !same.field().equals(column.field())) {
                    throw conflict(same, column, "share a column, but are different fields");
                }
                EncryptedColumn sibling = byField.putIfAbsent(column.field(), column);
                if (sibling != null && sibling.type() != column.type()) {
                    throw conflict(sibling, column, "are one field, but of different types");
                }
            }
        }
        return List.copyOf(byLabel.values());
    }

    private static ConfigurationException conflict(EncryptedColumn one, EncryptedColumn other, String how) {
        return new ConfigurationException(one.origin() + " (" + one.field() + ") and " + other.origin() + " ("
                + other.field() + ") " + how + ".");
    }

    /**
     * The name of the column with the tenant of a value; empty where all have one key.
     *
     * @throws ConfigurationException if the table does not say whose values it has, although each tenant has its own key
     */
    public Optional<String> tenant(MappedValue value) {
        return value.encryption().spec().perTenant() ? Optional.of(names.column(tenants.of(value))) : Optional.empty();
    }

    private EncryptedColumn column(MappedValue value) {
        FieldSpec<?> spec = value.encryption().spec();
        return new EncryptedColumn(
                spec.field(),
                names.schema(value.table()),
                names.table(value.table()),
                names.column(value.column()),
                names.key(value.table()),
                spec.perTenant(),
                tenant(value),
                spec.mode(),
                spec.codec().type(),
                spec.sealNulls(),
                value.path());
    }
}
