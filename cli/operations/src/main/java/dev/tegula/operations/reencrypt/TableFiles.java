package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Whether a table is still in the files in which the transaction's snapshot has it. What rewrites a table in PostgreSQL (ALTER
 * TABLE with a new default or type, TRUNCATE) gives it another file, whose rows are all newer than the snapshot: a scan that comes
 * later reads no row, and no error (PostgreSQL's documentation, chapter 13, "Caveats"). In CockroachDB a transaction reads tables
 * as they were at its moment, and has no file to compare.
 */
public final class TableFiles {

    /** {@code pg_class} is read as of the snapshot; functions by oid or name tell what is now. Only system catalogues have file 0. */
    private static final String REWRITTEN = TableFacts.TREE + """
            , named AS (SELECT pg_catalog.to_regclass(?)::oid AS oid)
            SELECT (SELECT oid FROM named) IS DISTINCT FROM (SELECT c.oid FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?)
              OR EXISTS (SELECT 1 FROM pg_class c JOIN part p ON p.oid = c.oid
                WHERE c.relfilenode <> 0 AND pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode)
              OR EXISTS (SELECT 1 FROM named CROSS JOIN LATERAL pg_partition_tree(named.oid) t
                WHERE t.relid NOT IN (SELECT oid FROM part))""";

    private TableFiles() {}

    /**
     * Whether the table, or a partition of it, was rewritten since the snapshot, or its name means another one by now. To be asked
     * once the table was read in the transaction: from then on it is locked against all of that.
     */
    public static boolean rewritten(Session session, TableName table) throws SQLException {
        if (!session.dialect().scansByPlace()) {
            return false;
        }
        try (PreparedStatement select = session.prepare(REWRITTEN)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setString(3, table.quoted());
            select.setString(4, table.schema());
            select.setString(5, table.name());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
