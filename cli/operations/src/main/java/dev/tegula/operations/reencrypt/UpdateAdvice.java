package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why PostgreSQL would write every index of a table for each row that is moved, and what spares it that: a row that finds room
 * in its own page, and of which no indexed column changes, leaves the indexes alone (HOT). Nothing of it is needed.
 *
 * @param table the table
 * @param indexes indexes that stand on columns whose values are moved, by name
 * @param fillfactor how full a page is made when rows are put into it, in percent; of partitions the fullest
 * @param updates rows updated since the statistics of the server began
 * @param hotUpdates how many of them left the indexes alone
 * @param message what is dear, and what to do
 */
public record UpdateAdvice(
        TableName table, List<String> indexes, int fillfactor, long updates, long hotUpdates, String message) {

    /** In a smaller table it is not worth a line. */
    static final long LEAST_ROWS = 10_000;

    private static final int FULL = 100;

    /** An index whose key, INCLUDE, expression or condition names a column; BRIN stands in nobody's way since PostgreSQL 16. */
    private static final String INDEXES = """
            SELECT DISTINCT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
            JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY (?)
            WHERE n.nspname = ? AND c.relname = ?
              AND (m.amname <> 'brin' OR current_setting('server_version_num')::int < 160000)
              AND (a.attnum = ANY (i.indkey::int2[]) OR EXISTS (SELECT 1 FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum))
            ORDER BY 1""";

    private static final String PAGES = TableFacts.TREE + """
            SELECT coalesce(max(coalesce((SELECT o.option_value::int FROM pg_options_to_table(c.reloptions) o
                WHERE o.option_name = 'fillfactor'), 100)), 100),
              coalesce(sum(s.n_tup_upd), 0)::int8, coalesce(sum(s.n_tup_hot_upd), 0)::int8,
              (SELECT count(*) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
                JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = ? AND t.relname = ?),
              count(*) FILTER (WHERE c.relispartition) > 0
            FROM pg_class c JOIN part p ON p.oid = c.oid LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
            WHERE c.relkind = 'r'""";

    /** Copies the list. */
    public UpdateAdvice {
        indexes = List.copyOf(indexes);
    }

    /** What is known of the pages of a table. */
    private record Pages(int fillfactor, long updates, long hotUpdates, int indexes, boolean partitions) {

        /** Whether rows have found room so far, or pages are left some. */
        boolean haveRoom() {
            return fillfactor < FULL || (updates > 0 && 2 * hotUpdates >= updates);
        }

        String soFar() {
            return updates == 0
                    ? "none was updated so far"
                    : "of the updates so far " + 100 * hotUpdates / updates + " % found room in their page";
        }
    }

    /** What to say about a table; nothing of a small one, or where there is nothing to gain. */
    static Optional<UpdateAdvice> of(Session session, TableFacts facts, List<EncryptedColumn> columns)
            throws SQLException {
        if (facts.estimatedRows() < LEAST_ROWS || !session.dialect().describesTables()) {
            return Optional.empty();
        }
        TableName table = facts.table();
        List<String> indexes = indexes(session, table, columns);
        Pages pages = pages(session, table);
        if (!indexes.isEmpty()) {
            return Optional.of(advice(
                    table,
                    indexes,
                    pages,
                    table + ": " + String.join(", ", indexes) + (indexes.size() == 1 ? " stands" : " stand")
                            + " on columns that are moved, so each row that is moved writes " + all(pages)
                            + " of the table. An index finds no value in envelopes; without those that nothing needs"
                            + " (DROP INDEX) it is cheaper."));
        }
        if (pages.haveRoom()) {
            return Optional.empty();
        }
        return Optional.of(advice(
                table,
                indexes,
                pages,
                table + ": its pages are filled to 100 %, and " + pages.soFar()
                        + ". A row that is moved to another page writes " + all(pages)
                        + " of the table. ALTER TABLE " + (pages.partitions() ? "of each partition" : table.quoted())
                        + " SET (fillfactor = 90) leaves room in the pages that are written from then on; VACUUM FULL or"
                        + " pg_repack writes them all."));
    }

    private static UpdateAdvice advice(TableName table, List<String> indexes, Pages pages, String message) {
        return new UpdateAdvice(table, indexes, pages.fillfactor(), pages.updates(), pages.hotUpdates(), message);
    }

    private static String all(Pages pages) {
        return pages.indexes() == 1 ? "the index" : "all " + pages.indexes() + " indexes";
    }

    private static List<String> indexes(Session session, TableName table, List<EncryptedColumn> columns)
            throws SQLException {
        List<String> indexes = new ArrayList<>();
        try (PreparedStatement select = session.prepare(INDEXES)) {
            select.setArray(
                    1,
                    SqlArrays.texts(
                            session,
                            columns.stream().map(EncryptedColumn::column).toList()));
            select.setString(2, table.schema());
            select.setString(3, table.name());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    indexes.add(row.getString(1));
                }
            }
        }
        return indexes;
    }

    private static Pages pages(Session session, TableName table) throws SQLException {
        try (PreparedStatement select = session.prepare(PAGES)) {
            for (int at = 1; at <= 3; at += 2) {
                select.setString(at, table.schema());
                select.setString(at + 1, table.name());
            }
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new Pages(row.getInt(1), row.getLong(2), row.getLong(3), row.getInt(4), row.getBoolean(5));
            }
        }
    }
}
