package dev.tegula.operations.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One statement over all columns, so that all counts are as of one moment whatever the isolation level. */
final class CensusQuery {

    private static final String QUARANTINE = "SELECT -1, 'Q', key_id, count(*) FROM tegula_quarantine GROUP BY key_id";

    private final Transactions transactions;

    CensusQuery(Transactions transactions) {
        this.transactions = transactions;
    }

    /** What was counted, before anybody asks which keys are known. */
    static final class Counts {

        private final List<EncryptedColumn> columns;
        private final List<SortedMap<KeyId, Long>> values = new ArrayList<>();
        private final long[] nulls;
        private final long[] strange;
        private final Map<KeyId, Long> quarantined = new HashMap<>();

        Counts(List<EncryptedColumn> columns) {
            this.columns = columns;
            columns.forEach(c -> values.add(new TreeMap<>()));
            this.nulls = new long[columns.size()];
            this.strange = new long[columns.size()];
        }

        void add(ResultSet row) throws SQLException {
            int column = row.getInt(1);
            long count = row.getLong(4);
            switch (row.getString(2)) {
                case "N" -> nulls[column] = count;
                case "X" -> strange[column] = count;
                case "E" -> values.get(column).put(KeyId.copyOf(row.getBytes(3)), count);
                default -> quarantined.put(KeyId.copyOf(row.getBytes(3)), count);
            }
        }

        CensusReport report(Set<KeyId> known) {
            List<ColumnCount> counts = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                Set<KeyId> unknown = values.get(i).keySet().stream()
                        .filter(id -> !known.contains(id))
                        .collect(Collectors.toSet());
                counts.add(new ColumnCount(columns.get(i), values.get(i), nulls[i], strange[i], unknown));
            }
            return new CensusReport(counts, quarantined);
        }
    }

    Counts count(List<EncryptedColumn> columns) {
        Map<TableName, StringJoiner> tables = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            tables.computeIfAbsent(TableName.of(columns.get(i)), table -> new StringJoiner(", "))
                    .add("(" + i + ", t." + Identifiers.quote(columns.get(i).column()) + ")");
        }
        StringJoiner sql = new StringJoiner(" UNION ALL ");
        tables.forEach((table, values) -> sql.add(sql(table, values.toString())));
        sql.add(QUARANTINE);
        return transactions.readCommitted(Timeouts.SCAN, session -> {
            for (EncryptedColumn column : columns) {
                requireTable(session, column);
            }
            return run(session, sql.toString(), columns);
        });
    }

    /** Reading a view or a foreign table would run what its owner wrote with the rights of the one who counts. */
    private static void requireTable(Session session, EncryptedColumn column) throws SQLException {
        String sql =
                "SELECT c.relkind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND c.relname = ? AND c.relkind NOT IN ('r', 'p')";
        try (PreparedStatement select = session.prepare(sql)) {
            select.setString(1, column.schema());
            select.setString(2, column.table());
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    throw new ConfigurationException("The catalogue names " + column.label()
                            + ", which is no table (relkind " + row.getString(1)
                            + "): only tables are read. Correct the mapping, or take the row out with `tegula fields remove "
                            + column.label() + "`.");
                }
            }
        }
    }

    private static Counts run(Session session, String sql, List<EncryptedColumn> columns) throws SQLException {
        Counts counts = new Counts(columns);
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                counts.add(row);
            }
        }
        return counts;
    }

    /** One scan for all columns of a table. */
    private static String sql(TableName table, String values) {
        String kind = "CASE WHEN c.value IS NULL THEN 'N' WHEN octet_length(c.value) < " + EnvelopeHead.MIN_BYTES
                + " THEN 'X' WHEN substring(c.value from 1 for 1) <> '\\x01'::bytea THEN 'X' ELSE 'E' END";
        return "SELECT i, kind, id, count(*) FROM (SELECT i, kind, CASE WHEN kind = 'E' THEN substring(value from 3"
                + " for 32) END AS id FROM (SELECT c.i, " + kind + " AS kind, c.value FROM " + table.quoted()
                + " AS t CROSS JOIN LATERAL (VALUES " + values + ") AS c (i, value)) AS kinds) AS ids"
                + " GROUP BY i, kind, id";
    }
}
