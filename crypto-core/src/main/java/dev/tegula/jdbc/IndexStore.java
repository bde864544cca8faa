package dev.tegula.jdbc;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.IndexRows;
import dev.tegula.catalogue.UnsealedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.MalformedException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of {@code tegula_index}, read and written; as {@link FieldRows}, of what is too long only a part is fetched. */
final class IndexStore {

    private static final String SELECT = "SELECT left(schema_name, 256), left(table_name, 256), left(column_name, 256),"
            + " left(index_name, 101), bits, per_tenant, " + array("part_fields") + ", " + array("part_columns") + ", "
            + array("normalizers") + ","
            + " CASE WHEN pg_catalog.cardinality(normalizer_versions) <= 32 THEN normalizer_versions END, "
            + array("unique_columns") + ", left(origin, 1001), CASE WHEN octet_length(seal) <= 32 THEN seal END,"
            + " left(next_column, 256)"
            + " FROM tegula_index ORDER BY schema_name, table_name, column_name";

    private static final String UPSERT =
            "INSERT INTO tegula_index (schema_name, table_name, column_name, index_name, bits,"
                    + " per_tenant, part_fields, part_columns, normalizers, normalizer_versions, unique_columns, origin, seal,"
                    + " next_column) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    + " ON CONFLICT (schema_name, table_name, column_name) DO UPDATE SET index_name = excluded.index_name,"
                    + " bits = excluded.bits, per_tenant = excluded.per_tenant, part_fields = excluded.part_fields,"
                    + " part_columns = excluded.part_columns, normalizers = excluded.normalizers,"
                    + " normalizer_versions = excluded.normalizer_versions, unique_columns = excluded.unique_columns,"
                    + " origin = excluded.origin, seal = excluded.seal, next_column = excluded.next_column, published_at = now()";

    private static final String DELETE = "DELETE FROM tegula_index WHERE left(schema_name, 256) IS NOT DISTINCT FROM ?"
            + " AND left(table_name, 256) IS NOT DISTINCT FROM ? AND left(column_name, 256) IS NOT DISTINCT FROM ?";

    private IndexStore() {}

    private static String array(String name) {
        return "CASE WHEN pg_catalog.cardinality(" + name + ") <= 32 AND pg_catalog.array_length(" + name
                + ", 2) IS NULL" + " AND octet_length(pg_catalog.array_to_string(" + name + ", '')) <= 8160 THEN "
                + name + " END";
    }

    static IndexRows read(Session session, RegistrySeal seal) throws SQLException {
        List<IndexColumn> indexes = new ArrayList<>();
        List<UnsealedColumn> unsealed = new ArrayList<>();
        try (PreparedStatement select = session.prepare(SELECT);
                ResultSet results = select.executeQuery()) {
            while (results.next()) {
                try {
                    IndexColumn index = index(results);
                    if (seal.genuine(index, Seal.copyOf(present(results.getBytes(13))))) {
                        indexes.add(index);
                    } else {
                        unsealed.add(unsealed(results, "its seal does not verify"));
                    }
                } catch (MalformedException | IllegalArgumentException | ArithmeticException notOurs) {
                    unsealed.add(unsealed(results, "a column holds what Tegula never writes"));
                }
            }
        }
        return new IndexRows(indexes, unsealed);
    }

    static void upsert(Session session, IndexColumn index, Seal seal) throws SQLException {
        List<IndexColumn.Part> parts = index.parts();
        try (PreparedStatement upsert = session.prepare(UPSERT)) {
            upsert.setString(1, index.schema());
            upsert.setString(2, index.table());
            upsert.setString(3, index.column());
            upsert.setString(4, index.name());
            upsert.setInt(5, index.bits());
            upsert.setBoolean(6, index.perTenant());
            upsert.setArray(7, texts(session, parts.stream().map(p -> p.field().value())));
            upsert.setArray(8, texts(session, parts.stream().map(p -> p.column().orElse(""))));
            upsert.setArray(9, texts(session, parts.stream().map(IndexColumn.Part::normalizer)));
            upsert.setArray(
                    10,
                    session.connection()
                            .createArrayOf(
                                    "int8",
                                    parts.stream().map(p -> (long) p.version()).toArray()));
            upsert.setArray(11, texts(session, index.unique().stream()));
            upsert.setString(12, index.origin());
            upsert.setBytes(13, seal.bytes());
            upsert.setString(14, index.next().orElse(null));
            TakenRows.one(upsert, "tegula_index");
        }
    }

    private static Array texts(Session session, java.util.stream.Stream<String> texts) throws SQLException {
        return session.connection().createArrayOf("text", texts.toArray());
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

    private static IndexColumn index(ResultSet results) throws SQLException {
        String[] fields = array(results, 7, String[].class);
        String[] columns = array(results, 8, String[].class);
        String[] normalizers = array(results, 9, String[].class);
        Long[] versions = array(results, 10, Long[].class);
        if (fields.length != columns.length
                || fields.length != normalizers.length
                || fields.length != versions.length) {
            throw new IllegalArgumentException("parts");
        }
        List<IndexColumn.Part> parts = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            parts.add(new IndexColumn.Part(
                    new FieldId(present(fields[i])),
                    Optional.of(present(columns[i])).filter(name -> !name.isEmpty()),
                    present(normalizers[i]),
                    Math.toIntExact(present(versions[i]))));
        }
        return new IndexColumn(
                present(results.getString(1)),
                present(results.getString(2)),
                present(results.getString(3)),
                Optional.ofNullable(results.getString(14)),
                present(results.getString(4)),
                Math.toIntExact(present(results.getObject(5, Long.class))),
                present(results.getObject(6, Boolean.class)),
                parts,
                List.of(array(results, 11, String[].class)),
                present(results.getString(12)));
    }

    private static UnsealedColumn unsealed(ResultSet results, String why) throws SQLException {
        return new UnsealedColumn(
                Objects.requireNonNullElse(results.getString(1), ""),
                Objects.requireNonNullElse(results.getString(2), ""),
                Objects.requireNonNullElse(results.getString(3), ""),
                why);
    }

    /** An array whose elements may be null, and which may have been left out. */
    private static <T> T array(ResultSet results, int column, Class<T> type) throws SQLException {
        Array array = present(results.getArray(column));
        if (type.isInstance(array.getArray())) {
            return type.cast(array.getArray());
        }
        throw new IllegalArgumentException("array");
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("null");
        }
        return value;
    }
}
