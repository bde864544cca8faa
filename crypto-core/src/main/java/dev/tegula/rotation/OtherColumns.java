package dev.tegula.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Looks for values under a key where the catalogue does not look: copies of tables, history tables, materialized views.
 * Partitions are read through their parents, Tegula's own tables are left out.
 */
final class OtherColumns {

    private static final String COLUMNS = """
            SELECT n.nspname, c.relname, a.attname
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_type t ON t.oid = a.atttypid
            WHERE t.typname = 'bytea' AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm')
              AND NOT c.relispartition AND n.nspname NOT IN ('information_schema', 'crdb_internal')
              AND n.nspname NOT LIKE 'pg\\_%' AND c.relname NOT IN ('tegula_key', 'tegula_job_key', 'tegula_quarantine')
            ORDER BY 1, 2, 3""";

    private OtherColumns() {}

    private record Place(String schema, String table, String column) {
        String label() {
            return schema + "." + table + "." + column;
        }
    }

    /** The places that hold such values, and how many. */
    static SortedMap<String, Long> find(Transactions transactions, List<EncryptedColumn> catalogue, KeyId key) {
        Set<String> known = catalogue.stream().map(EncryptedColumn::label).collect(Collectors.toSet());
        return transactions.readCommitted(CensusQuery.SCAN, session -> {
            SortedMap<String, Long> found = new TreeMap<>();
            for (Place place : places(session)) {
                if (!known.contains(place.label())) {
                    long count = count(session, place, key);
                    if (count > 0) {
                        found.put(place.label(), count);
                    }
                }
            }
            return found;
        });
    }

    private static List<Place> places(Session session) throws SQLException {
        List<Place> places = new ArrayList<>();
        try (PreparedStatement select = session.prepare(COLUMNS);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                places.add(new Place(row.getString(1), row.getString(2), row.getString(3)));
            }
        }
        return places;
    }

    private static long count(Session session, Place place, KeyId key) throws SQLException {
        String sql = "SELECT count(*) FROM " + Identifiers.table(place.schema(), place.table()) + " WHERE substring("
                + Identifiers.quote(place.column()) + " from 3 for 32) = ?";
        try (PreparedStatement select = session.prepare(sql)) {
            select.setBytes(1, key.bytes());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
