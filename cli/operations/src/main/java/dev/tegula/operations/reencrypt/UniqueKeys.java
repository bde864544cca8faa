package dev.tegula.operations.reencrypt;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The keys that name the rows of a table: unique, immediate, valid, without predicate or expression, and no column may be NULL. One of the
 * table itself says nothing of tables that inherit from it, at any depth: PostgreSQL gives them none, and their rows are read with those
 * of the table.
 */
final class UniqueKeys {

    /** Primary key first. */
    private static final String KEYS = """
            SELECT i.indexrelid, a.attname
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL generate_series(1, i.indnkeyatts) AS k(pos)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.pos - 1]
            WHERE n.nspname = ? AND c.relname = ? AND i.indisunique AND i.indisvalid AND i.indimmediate
              AND i.indpred IS NULL AND i.indexprs IS NULL
              AND NOT EXISTS (SELECT 1 FROM generate_series(1, i.indnkeyatts) AS m(pos)
                JOIN pg_attribute b ON b.attrelid = i.indrelid AND b.attnum = i.indkey[m.pos - 1]
                WHERE NOT b.attnotnull)
            ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid, k.pos""";

    /** Tables that inherit, at any depth, and have no key of these columns or of some of them. Partitions are none: they have their table's. */
    private static final String KEYLESS_HEIRS = """
            WITH RECURSIVE heir (oid) AS (
              SELECT i.inhrelid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent
              JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = ? AND c.relname = ? AND c.relkind = 'r'
              UNION SELECT i.inhrelid FROM pg_inherits i JOIN heir h ON h.oid = i.inhparent)
            SELECT n.nspname, c.relname, c.relkind = 'r',
              EXISTS (SELECT 1 FROM pg_index p WHERE p.indrelid = c.oid AND p.indisprimary)
            FROM heir h JOIN pg_class c ON c.oid = h.oid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT EXISTS (SELECT 1 FROM pg_index i
              WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
                AND i.indpred IS NULL AND i.indexprs IS NULL
                AND NOT EXISTS (SELECT 1 FROM generate_series(1, i.indnkeyatts) AS m(pos)
                  JOIN pg_attribute b ON b.attrelid = i.indrelid AND b.attnum = i.indkey[m.pos - 1]
                  WHERE NOT b.attnotnull OR CAST(b.attname AS text) <> ALL (CAST(? AS text[]))))
            ORDER BY 1, 2""";

    /** So many are named; of hundreds the others are of the same kind. */
    private static final int MOST_NAMED = 5;

    private UniqueKeys() {}

    /** Those of the table itself. */
    static List<List<String>> of(Session session, TableName table) throws SQLException {
        Map<Long, List<String>> keys = new LinkedHashMap<>();
        try (PreparedStatement statement = session.prepare(KEYS)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.computeIfAbsent(rows.getLong(1), index -> new ArrayList<>())
                            .add(rows.getString(2));
                }
            }
        }
        return List.copyOf(keys.values());
    }

    /** Whether rows can be named by whichever of its keys is taken, those of tables that inherit too. */
    static boolean nameRows(Session session, TableName table) throws SQLException {
        List<List<String>> keys = of(session, table);
        for (List<String> key : keys) {
            if (!keyless(session, table, key).isEmpty()) {
                return false;
            }
        }
        return !keys.isEmpty();
    }

    /**
     * Refuses a table with heirs in which such a key may stand twice: a page could end between the two, and one be taken for the other.
     *
     * @throws ConfigurationException naming the heirs, with the statement that gives each the key
     */
    static void requireOfHeirs(Session session, TableName table, List<String> key) throws SQLException {
        List<Heir> keyless = keyless(session, table, key);
        if (keyless.isEmpty()) {
            return;
        }
        List<Heir> named = keyless.subList(0, Math.min(MOST_NAMED, keyless.size()));
        StringJoiner names = new StringJoiner(", ");
        StringJoiner cures = new StringJoiner("; ", "`", "`");
        named.forEach(heir -> {
            names.add(heir.table.toString());
            cures.add(heir.cure(table, key));
        });
        if (named.size() < keyless.size()) {
            names.add((keyless.size() - named.size()) + " more");
        }
        throw new ConfigurationException("Tables that inherit from " + table + " have no unique key " + key
                + " of their own, since PostgreSQL gives them none: " + names
                + ". A key that stands twice in one of them names two rows, of which one would be passed over, or taken for the"
                + " other. In a migration: " + cures
                + ". Where that finds a key twice, rows need others first; what need not"
                + " inherit any more can go with NO INHERIT.");
    }

    /**
     * A table that inherits.
     *
     * @param indexed whether it may have an index, which a foreign table has not
     * @param primary whether it has a primary key
     */
    private record Heir(TableName table, boolean indexed, boolean primary) {

        String cure(TableName parent, List<String> key) {
            if (!indexed) {
                return "ALTER FOREIGN TABLE " + table.quoted() + " NO INHERIT " + parent.quoted();
            }
            StringJoiner columns = new StringJoiner(", ", "(", ")");
            StringJoiner required = new StringJoiner(", ");
            key.forEach(name -> {
                columns.add(Identifiers.quote(name));
                required.add("ALTER COLUMN " + Identifiers.quote(name) + " SET NOT NULL");
            });
            return "ALTER TABLE " + table.quoted()
                    + (primary ? " " + required + ", ADD UNIQUE " + columns : " ADD PRIMARY KEY " + columns);
        }
    }

    private static List<Heir> keyless(Session session, TableName table, List<String> key) throws SQLException {
        if (!session.dialect().tellsTables()) {
            return List.of();
        }
        List<Heir> heirs = new ArrayList<>();
        try (PreparedStatement select = session.prepare(KEYLESS_HEIRS)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setArray(3, SqlArrays.texts(session, key));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    heirs.add(new Heir(
                            new TableName(row.getString(1), row.getString(2)), row.getBoolean(3), row.getBoolean(4)));
                }
            }
        }
        return heirs;
    }
}
