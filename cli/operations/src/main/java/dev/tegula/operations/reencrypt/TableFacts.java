package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the database knows about a table before rows of it are rewritten.
 *
 * @param table the table
 * @param estimatedRows rows by the planner's statistics, of all its partitions; by its size where there are none yet
 * @param rowBytes size of a row on disk, on average
 * @param updateTriggers triggers that fire when the columns are updated, also those of its partitions, but for those that
 *     exempt Tegula by its application name
 */
public record TableFacts(TableName table, long estimatedRows, long rowBytes, List<String> updateTriggers) {

    static final String TREE = """
            WITH RECURSIVE part AS (
              SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = ? AND c.relname = ?
              UNION SELECT i.inhrelid FROM pg_inherits i JOIN part p ON p.oid = i.inhparent)
            """;
    private static final String SIZE = TREE + """
            SELECT s.rows::int8, CASE WHEN s.rows > 0 THEN (s.bytes / s.rows)::int8 ELSE 300 END FROM (
              SELECT coalesce(sum(pg_relation_size(c.oid)), 0)::float8 AS bytes, coalesce(sum(CASE WHEN c.reltuples > 0
                THEN c.reltuples ELSE pg_relation_size(c.oid) / 300 END), 0)::float8 AS rows
              FROM pg_class c JOIN part p ON p.oid = c.oid WHERE c.relkind <> 'p') s""";
    private static final String SIZE_OF_COCKROACHDB = """
            SELECT greatest(0, c.reltuples)::int8, 300
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?""";
    private static final String TRIGGERS = TREE + """
            SELECT DISTINCT t.tgname FROM pg_trigger t JOIN part p ON p.oid = t.tgrelid
            WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
              AND (t.tgtype & 16) <> 0 AND pg_get_triggerdef(t.oid) NOT LIKE '%tegula-reencrypt%'
              AND (t.tgattr::text = '' OR EXISTS (SELECT 1 FROM pg_attribute a
                WHERE a.attrelid = t.tgrelid AND a.attname = ANY (?) AND a.attnum = ANY (t.tgattr::int2[])))
            ORDER BY t.tgname""";

    /** Copies the list. */
    public TableFacts {
        updateTriggers = List.copyOf(updateTriggers);
    }

    static TableFacts read(Session session, TableName table, List<String> columns) throws SQLException {
        Size size = size(session, table);
        return new TableFacts(table, size.rows(), size.rowBytes(), triggers(session, table, columns));
    }

    /** The estimate alone. */
    static long estimatedRows(Session session, TableName table) throws SQLException {
        return size(session, table).rows();
    }

    private record Size(long rows, long rowBytes) {}

    private static Size size(Session session, TableName table) throws SQLException {
        String size = session.dialect().sql(SIZE, SIZE_OF_COCKROACHDB);
        try (PreparedStatement select = session.prepare(size)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? new Size(row.getLong(1), row.getLong(2)) : new Size(0, 0);
            }
        }
    }

    private static List<String> triggers(Session session, TableName table, List<String> columns) throws SQLException {
        List<String> triggers = new ArrayList<>();
        if (!session.dialect().describesTables()) {
            return triggers;
        }
        try (PreparedStatement select = session.prepare(TRIGGERS)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setArray(3, SqlArrays.texts(session, columns));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    triggers.add(row.getString(1));
                }
            }
        }
        return unfenced(session, table, triggers);
    }

    /** Without the triggers that are fences of Tegula's: they refuse what is not to be written, and let the rest alone. */
    private static List<String> unfenced(Session session, TableName table, List<String> triggers) throws SQLException {
        if (triggers.stream().anyMatch(name -> name.startsWith(Identifiers.FENCE))) {
            triggers.removeAll(FenceTrigger.of(session, table).keySet());
            String path = FenceCheck.bare(session);
            triggers.removeAll(IndexFence.triggers(session, table));
            LookupFence.of(session, table).keySet().forEach(column -> triggers.removeAll(LookupFence.names(column)));
            FenceCheck.restore(session, path);
        }
        return triggers;
    }
}
