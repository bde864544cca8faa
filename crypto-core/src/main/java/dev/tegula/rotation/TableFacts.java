package dev.tegula.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Engine;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Transactions;
import dev.tegula.reencrypt.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the database knows about a table before rows of it are rewritten.
 *
 * @param table the table
 * @param estimatedRows rows by the planner's statistics
 * @param rowBytes size of a row on disk, on average
 * @param updateTriggers triggers that fire when the columns are updated, but for those that exempt Tegula by its
 *     application name
 * @param activeActive whether changes flow out of and into the table
 */
record TableFacts(
        TableName table, long estimatedRows, long rowBytes, List<String> updateTriggers, boolean activeActive) {

    private static final String SIZE = """
            SELECT greatest(0, c.reltuples)::int8,
                CASE WHEN c.reltuples > 0 THEN (c.relpages::float8 * 8192 / c.reltuples)::int8 ELSE 300 END
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?""";
    private static final String TRIGGERS = """
            SELECT t.tgname FROM pg_trigger t
            JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
              AND (t.tgtype & 16) <> 0 AND pg_get_triggerdef(t.oid) NOT LIKE '%tegula-reencrypt%'
              AND (t.tgattr::text = '' OR EXISTS (SELECT 1 FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attname = ANY (?) AND a.attnum = ANY (t.tgattr::int2[])))
            ORDER BY t.tgname""";
    private static final String ACTIVE_ACTIVE = """
            SELECT EXISTS (SELECT 1 FROM pg_publication_tables p WHERE p.schemaname = ? AND p.tablename = ?)
              AND EXISTS (SELECT 1 FROM pg_subscription_rel s JOIN pg_class c ON c.oid = s.srrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?)""";

    static TableFacts read(Transactions transactions, TableName table, List<EncryptedColumn> columns) {
        boolean postgresql = transactions.engine() == Engine.POSTGRESQL;
        return transactions.readCommitted(session -> {
            List<String> triggers = triggers(session, table, columns);
            boolean both = postgresql && activeActive(session, table);
            try (PreparedStatement select = session.prepare(SIZE)) {
                select.setString(1, table.schema());
                select.setString(2, table.name());
                try (ResultSet row = select.executeQuery()) {
                    boolean found = row.next();
                    return new TableFacts(
                            table, found ? row.getLong(1) : 0, found ? row.getLong(2) : 0, triggers, both);
                }
            }
        });
    }

    /**
     * Refuses what would surprise.
     *
     * @throws RefusedException code {@code active-active} or {@code update-triggers}
     */
    void requireFit(boolean acceptTriggers) {
        if (activeActive) {
            throw new RefusedException(
                    "active-active",
                    table
                            + " is published and subscribed to: where two servers write, the last write wins, and a rewritten"
                            + " row would beat the application's on the other one. Nothing was changed. Stop one direction"
                            + " while keys are rotated.");
        }
        if (!updateTriggers.isEmpty() && !acceptTriggers) {
            throw new RefusedException(
                    "update-triggers",
                    table + " has UPDATE triggers that would fire for every row: " + String.join(", ", updateTriggers)
                            + ". Nothing was changed. Give them WHEN (current_setting('application_name') <>"
                            + " 'tegula-reencrypt'), or accept them with --accept-triggers.");
        }
    }

    private static List<String> triggers(Session session, TableName table, List<EncryptedColumn> columns)
            throws SQLException {
        List<String> triggers = new ArrayList<>();
        try (PreparedStatement select = session.prepare(TRIGGERS)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setArray(
                    3,
                    session.connection()
                            .createArrayOf(
                                    "text",
                                    columns.stream()
                                            .map(EncryptedColumn::column)
                                            .toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    triggers.add(row.getString(1));
                }
            }
        }
        return triggers;
    }

    private static boolean activeActive(Session session, TableName table) throws SQLException {
        try (PreparedStatement select = session.prepare(ACTIVE_ACTIVE)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setString(3, table.schema());
            select.setString(4, table.name());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
