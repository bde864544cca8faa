package dev.tegula.jdbc;

import dev.tegula.catalogue.Catalogue;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.value.ValueType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * The catalogue in {@code tegula_field}. Applications add and refresh their columns; nobody removes one by publishing,
 * because a column that a mapping no longer names still holds values that need keys. Throws what {@link Transactions}
 * throws. Thread-safe.
 */
public final class CatalogueStore implements Catalogue {

    private static final String COLUMNS =
            "schema_name, table_name, column_name, field, key_columns, per_tenant, tenant_column, mode,"
                    + " value_type, seal_nulls, origin";

    private final Transactions transactions;

    /** The catalogue of a database. */
    public CatalogueStore(DataSource dataSource) {
        this(new Transactions(dataSource));
    }

    /** The catalogue behind these transactions. */
    public CatalogueStore(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Adds the columns of an application, or refreshes them, all or none. Nothing is written if nothing is new.
     *
     * @throws ConfigurationException if a column holds another field already, or a field would have two types that do
     *     not read as one another
     */
    @Override
    public void publish(List<EncryptedColumn> columns) {
        transactions.serializable(session -> {
            List<EncryptedColumn> stored = columns(session);
            Map<String, EncryptedColumn> byPlace =
                    stored.stream().collect(Collectors.toMap(EncryptedColumn::label, Function.identity()));
            for (EncryptedColumn column : columns) {
                EncryptedColumn known = byPlace.get(column.label());
                if (known != null) {
                    requireSameField(known, column);
                }
                stored.forEach(other -> requireOneType(other, column));
                columns.forEach(other -> requireOneType(other, column));
                if (!column.equals(known)) {
                    upsert(session, column);
                }
            }
            return columns.size();
        });
    }

    /** All columns, by schema, table and column. */
    @Override
    public List<EncryptedColumn> columns() {
        return transactions.readCommitted(CatalogueStore::columns);
    }

    private static void requireSameField(EncryptedColumn known, EncryptedColumn column) {
        if (!known.field().equals(column.field())) {
            throw new ConfigurationException(
                    column.label() + " holds values of " + known.field() + " (" + known.origin()
                            + "), but " + column.origin() + " maps it as " + column.field()
                            + ". A field id is permanent: map the old one, or another column.");
        }
    }

    private static void requireOneType(EncryptedColumn known, EncryptedColumn column) {
        boolean readable =
                known.type().readableAs(column.type()) || column.type().readableAs(known.type());
        if (known.field().equals(column.field()) && !readable) {
            throw new ConfigurationException(column.field() + " is a " + known.type() + " in " + known.label() + " ("
                    + known.origin() + ") and a " + column.type() + " in " + column.label() + " (" + column.origin()
                    + "). A field has one type wherever it lives; use another field id.");
        }
    }

    private static void upsert(Session session, EncryptedColumn column) throws SQLException {
        String sql = "INSERT INTO tegula_field (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (schema_name, table_name, column_name) DO UPDATE SET key_columns = excluded.key_columns,"
                + " per_tenant = excluded.per_tenant, tenant_column = excluded.tenant_column, mode = excluded.mode, value_type = excluded.value_type,"
                + " seal_nulls = excluded.seal_nulls, origin = excluded.origin, published_at = now()";
        try (PreparedStatement upsert = session.prepare(sql)) {
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
            upsert.executeUpdate();
        }
    }

    private static List<EncryptedColumn> columns(Session session) throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM tegula_field ORDER BY schema_name, table_name, column_name";
        List<EncryptedColumn> columns = new ArrayList<>();
        try (PreparedStatement select = session.prepare(sql);
                ResultSet results = select.executeQuery()) {
            while (results.next()) {
                columns.add(column(results));
            }
        }
        return List.copyOf(columns);
    }

    private static EncryptedColumn column(ResultSet results) throws SQLException {
        try {
            return new EncryptedColumn(
                    new FieldId(results.getString(4)),
                    results.getString(1),
                    results.getString(2),
                    results.getString(3),
                    List.of((String[]) results.getArray(5).getArray()),
                    results.getBoolean(6),
                    Optional.ofNullable(results.getString(7)),
                    Mode.valueOf(results.getString(8)),
                    ValueType.valueOf(results.getString(9)),
                    results.getBoolean(10),
                    results.getString(11));
        } catch (MalformedException | IllegalArgumentException e) {
            throw new ConfigurationException("The catalogue row of " + results.getString(2) + "." + results.getString(3)
                    + " holds a mode or type this release does not know. A newer Tegula wrote it, or somebody else; publish"
                    + " the catalogue again.");
        }
    }
}
