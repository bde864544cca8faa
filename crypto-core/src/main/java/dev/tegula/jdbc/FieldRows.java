package dev.tegula.jdbc;

import dev.tegula.catalogue.CatalogueRows;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.UnsealedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.MalformedException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import dev.tegula.value.ValueType;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@code tegula_field}, read and written. Whatever a column can hold is read without being fetched whole: a name
 * that is too long comes cut, and then fits no grammar and no seal.
 */
final class FieldRows {

    private static final String NAMES = "left(schema_name, 256), left(table_name, 256), left(column_name, 256)";

    private static final String SELECT = "SELECT " + NAMES + ", left(field, 101),"
            + " CASE WHEN pg_catalog.cardinality(key_columns) <= 32"
            + " AND pg_catalog.array_length(key_columns, 2) IS NULL"
            + " AND octet_length(pg_catalog.array_to_string(key_columns, '')) <= 8160 THEN key_columns END,"
            + " per_tenant, left(tenant_column, 256), left(mode, 32), left(value_type, 32), seal_nulls, left(origin, 1001),"
            + " CASE WHEN octet_length(seal) <= 32 THEN seal END"
            + " FROM tegula_field ORDER BY schema_name, table_name, column_name";

    private static final String UPSERT = "INSERT INTO tegula_field (schema_name, table_name, column_name, field,"
            + " key_columns, per_tenant, tenant_column, mode, value_type, seal_nulls, origin, seal)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (schema_name, table_name, column_name) DO UPDATE SET field = excluded.field,"
            + " key_columns = excluded.key_columns, per_tenant = excluded.per_tenant,"
            + " tenant_column = excluded.tenant_column, mode = excluded.mode, value_type = excluded.value_type,"
            + " seal_nulls = excluded.seal_nulls, origin = excluded.origin, seal = excluded.seal, published_at = now()";

    private static final String DELETE = "DELETE FROM tegula_field WHERE left(schema_name, 256) IS NOT DISTINCT FROM ?"
            + " AND left(table_name, 256) IS NOT DISTINCT FROM ? AND left(column_name, 256) IS NOT DISTINCT FROM ?";

    private FieldRows() {}

    static CatalogueRows read(Session session, RegistrySeal seal) throws SQLException {
        List<EncryptedColumn> columns = new ArrayList<>();
        List<UnsealedColumn> unsealed = new ArrayList<>();
        try (PreparedStatement select = session.prepare(SELECT);
                ResultSet results = select.executeQuery()) {
            while (results.next()) {
                try {
                    EncryptedColumn column = column(results);
                    if (seal.genuine(column, Seal.copyOf(present(results.getBytes(12))))) {
                        columns.add(column);
                    } else {
                        unsealed.add(unsealed(results, "its seal does not verify"));
                    }
                } catch (MalformedException | IllegalArgumentException notOurs) {
                    unsealed.add(unsealed(results, "a column holds what Tegula never writes"));
                }
            }
        }
        return new CatalogueRows(columns, unsealed);
    }

    static void upsert(Session session, EncryptedColumn column, Seal seal) throws SQLException {
        try (PreparedStatement upsert = session.prepare(UPSERT)) {
            upsert.setString(1, column.schema());
            upsert.setString(2, column.table());
            upsert.setString(3, column.column());
            upsert.setString(4, column.field().value());
            upsert.setArray(
                    5,
                    session.connection()
                            .createArrayOf("text", column.keyColumns().toArray()));
            upsert.setBoolean(6, column.perTenant());
            upsert.setString(7, column.tenantColumn().orElse(null));
            upsert.setString(8, column.mode().name());
            upsert.setString(9, column.type().name());
            upsert.setBoolean(10, column.sealNulls());
            upsert.setString(11, column.origin());
            upsert.setBytes(12, seal.bytes());
            TakenRows.one(upsert, "tegula_field");
        }
    }

    /** Removes the row of a place, given as {@link #read} shows it. */
    static void delete(Session session, String schema, String table, String column) throws SQLException {
        try (PreparedStatement delete = session.prepare(DELETE)) {
            delete.setString(1, schema);
            delete.setString(2, table);
            delete.setString(3, column);
            delete.executeUpdate();
        }
    }

    private static EncryptedColumn column(ResultSet results) throws SQLException {
        return new EncryptedColumn(
                new FieldId(text(results, 4)),
                text(results, 1),
                text(results, 2),
                text(results, 3),
                names(results.getArray(5)),
                flag(results, 6),
                Optional.ofNullable(results.getString(7)),
                Mode.valueOf(text(results, 8)),
                ValueType.valueOf(text(results, 9)),
                flag(results, 10),
                text(results, 11));
    }

    private static UnsealedColumn unsealed(ResultSet results, String why) throws SQLException {
        return new UnsealedColumn(
                Objects.requireNonNullElse(results.getString(1), ""),
                Objects.requireNonNullElse(results.getString(2), ""),
                Objects.requireNonNullElse(results.getString(3), ""),
                why);
    }

    /** An array of text whose elements may be null, and which may have been left out. */
    private static List<String> names(@Nullable Array array) throws SQLException {
        if (array != null && array.getArray() instanceof String[] names) {
            return Arrays.stream(names).map(FieldRows::present).toList();
        }
        throw new IllegalArgumentException("key_columns");
    }

    private static String text(ResultSet results, int column) throws SQLException {
        return present(results.getString(column));
    }

    private static boolean flag(ResultSet results, int column) throws SQLException {
        return present(results.getObject(column, Boolean.class));
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("null");
        }
        return value;
    }
}
