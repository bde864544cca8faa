package dev.tegula.operations.index;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.RealTable;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the database has of an index.
 *
 * @param type type of its column; empty if there is none, or no such table
 * @param sized whether a CHECK looks at its length
 * @param unique whether a UNIQUE keeps what the mapping says is unique
 * @param indexed whether a database index begins with it, so that looking for it reads no whole table
 */
public record IndexFacts(String type, boolean sized, boolean unique, boolean indexed) {

    private static final List<String> BYTES = List.of("bytea", "bytes");
    private static final List<String> ARRAYS = List.of("bytea[]", "bytes[]");

    /** The columns of each valid database index of a table, whether it is UNIQUE for all rows, and whether it looks into arrays. */
    private static final String INDEXES = """
            SELECT i.indisunique AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL, i.indpred IS NULL,
              m.amname IN ('gin', 'inverted'), array(SELECT a.attname::text FROM pg_catalog.generate_series(1, i.indnkeyatts) AS k(pos)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.pos - 1] ORDER BY k.pos)
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
              JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid LEFT JOIN pg_catalog.pg_am m ON m.oid = x.relam
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND i.indisvalid""";

    private static final String SIZED = """
            SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
              WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND k.contype = 'c'
                AND pg_catalog.pg_get_constraintdef(k.oid) LIKE '%length(%')""";

    /** Reads them. */
    public static IndexFacts read(Session session, IndexColumn index) throws SQLException {
        TableName table = new TableName(index.schema(), index.table());
        String type = RealTable.read(session, table)
                .map(RealTable::types)
                .orElse(Map.of())
                .getOrDefault(index.column(), "");
        boolean unique = index.unique().isEmpty();
        boolean indexed = false;
        try (PreparedStatement select = session.prepare(INDEXES)) {
            select.setString(1, index.schema());
            select.setString(2, index.table());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    List<String> columns =
                            Arrays.asList((String[]) rows.getArray(4).getArray());
                    unique |= rows.getBoolean(1) && index.unique().containsAll(columns);
                    indexed |= rows.getBoolean(2)
                            && rows.getBoolean(3) == index.holdsTokens()
                            && !columns.isEmpty()
                            && columns.get(0).equals(index.column());
                }
            }
        }
        return new IndexFacts(type, sized(session, index), unique, indexed);
    }

    private static boolean sized(Session session, IndexColumn index) throws SQLException {
        try (PreparedStatement select = session.prepare(SIZED)) {
            select.setString(1, index.schema());
            select.setString(2, index.table());
            select.setString(3, index.column());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /** Whether there is a column, of bytes; for blind tokens an array of them. */
    public boolean fits(IndexColumn index) {
        return (index.holdsTokens() ? ARRAYS : BYTES).contains(type);
    }

    /** The type that the column of an index is to have. */
    public static String typeOf(IndexColumn index) {
        return index.holdsTokens() ? "bytea[]" : "bytea";
    }

    /** The statements of a migration that give the database what it lacks; none if it has all, or the column is of another type. */
    public List<String> statements(IndexColumn index) {
        String table = new TableName(index.schema(), index.table()).quoted();
        String column = Identifiers.quote(index.column());
        List<String> statements = new ArrayList<>();
        if (!type.isEmpty() && !fits(index)) {
            return statements;
        }
        if (type.isEmpty()) {
            statements.add("ALTER TABLE " + table + " ADD COLUMN " + column + " " + typeOf(index));
        }
        if (!sized && !index.holdsTokens()) {
            statements.add("ALTER TABLE " + table + " ADD CONSTRAINT "
                    + Identifiers.quote(Identifiers.fitted("tegula_index_", index.column())) + " CHECK (length("
                    + column
                    + ") = " + index.sizeBytes() + ")");
        }
        if (!unique) {
            statements.add("CREATE UNIQUE INDEX ON " + table + " ("
                    + index.unique().stream().map(Identifiers::quote).collect(Collectors.joining(", ")) + ")");
        }
        if (!indexed && !(!unique && index.unique().get(0).equals(index.column()))) {
            statements.add("CREATE INDEX ON " + table + (index.holdsTokens() ? " USING gin (" : " (") + column + ")");
        }
        return statements;
    }
}
