package dev.tegula.operations.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.registry.KeyRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Columns of bytes that are in no catalogue and in whose first rows there are values under a key: a table that was renamed,
 * or a copy. A look, not a search; {@link KeySearch} searches everything before a key is destroyed. On PostgreSQL only.
 */
final class UnlistedColumns {

    private static final int ROWS = 1_000;

    /** Partitions, and what children have from their parents, are looked at through these. */
    private static final String COLUMNS = """
            SELECT n.nspname, c.relname, a.attname FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped
              AND 'bytea'::regtype IN (t.oid, t.typbasetype)
              AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
              AND NOT c.relispartition AND a.attinhcount = 0
              AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
              AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
            ORDER BY 1, 2, 3""";

    private final Transactions transactions;

    UnlistedColumns(Transactions transactions) {
        this.transactions = transactions;
    }

    /** One sentence for each column with values under one of the keys. */
    List<String> under(List<KeyRow> keys, List<EncryptedColumn> catalogue) {
        if (keys.isEmpty() || !transactions.dialect().describesTables()) {
            return List.of();
        }
        Set<List<String>> known = catalogue.stream()
                .map(column -> List.of(column.schema(), column.table(), column.column()))
                .collect(Collectors.toSet());
        List<String> found = new ArrayList<>();
        for (List<String> column : transactions.read(UnlistedColumns::columns)) {
            if (!known.contains(column)) {
                String place = String.join(".", column);
                Optional<Set<String>> ids = ids(column);
                if (ids.isEmpty()) {
                    found.add(place + " is in no catalogue and could not be looked at for values under the old keys");
                }
                keys.stream()
                        .filter(key -> ids.filter(
                                        there -> there.contains(key.keyId().hex()))
                                .isPresent())
                        .forEach(key -> found.add(sentence(place, key)));
            }
        }
        return found;
    }

    private static String sentence(String place, KeyRow key) {
        String field = key.scope().field().value();
        return place + " is in no catalogue and holds values under " + key.label()
                + ", which this run did not move; they can be read, but would be lost with the key. If it is a column of "
                + field + ", perhaps of a table with a new name: `tegula fields add " + field
                + " SCHEMA.TABLE.COLUMN --type TYPE`, then `tegula reencrypt " + field + "`";
    }

    private static List<List<String>> columns(Session session) throws SQLException {
        List<List<String>> columns = new ArrayList<>();
        try (PreparedStatement select = session.prepare(COLUMNS);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                columns.add(List.of(row.getString(1), row.getString(2), row.getString(3)));
            }
        }
        return columns;
    }

    /** What stands where an envelope has its key id. Empty if the table cannot be read. */
    private Optional<Set<String>> ids(List<String> column) {
        String name = Identifiers.quote(column.get(2));
        String sql = "SELECT DISTINCT pg_catalog.encode(id, 'hex') FROM (SELECT pg_catalog.substring(" + name
                + "::bytea, 3, 32) AS id FROM " + new TableName(column.get(0), column.get(1)).quoted() + " WHERE "
                + name
                + " IS NOT NULL LIMIT " + ROWS + ") AS first";
        try {
            return transactions.read(session -> {
                Set<String> ids = new HashSet<>();
                try (PreparedStatement select = session.prepare(sql);
                        ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        ids.add(row.getString(1));
                    }
                }
                return Optional.of(ids);
            });
        } catch (TegulaException | IllegalStateException e) {
            return Optional.empty();
        }
    }
}
