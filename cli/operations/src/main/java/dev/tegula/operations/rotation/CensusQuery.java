package dev.tegula.operations.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlWork;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.EnvelopeKinds;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.TableFiles;
import dev.tegula.operations.reencrypt.TableSize;
import dev.tegula.operations.reencrypt.TableTally;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Counts columns, all as of one moment whatever the isolation level: in one statement, or, where a table is large and its database
 * reads by place, in several of one snapshot, so that it can say how far it is.
 */
final class CensusQuery {

    private static final int MOST_ROUNDS = 5;
    private static final String QUARANTINE =
            "SELECT -1, 'Q', key_id, pg_catalog.count(*) FROM tegula_quarantine GROUP BY key_id";

    private final Transactions transactions;

    CensusQuery(Transactions transactions) {
        this.transactions = transactions;
    }

    /** What was counted, before anybody asks which keys are known. */
    static final class Counts {

        private final List<EncryptedColumn> columns;
        private final List<EnvelopeKinds.Counts> values = new ArrayList<>();
        private final Map<KeyId, Long> quarantined = new HashMap<>();

        Counts(List<EncryptedColumn> columns) {
            this.columns = columns;
            columns.forEach(c -> values.add(new EnvelopeKinds.Counts()));
        }

        void add(ResultSet row) throws SQLException {
            int column = row.getInt(1);
            if (column >= 0) {
                values.get(column).add(row);
            } else {
                quarantined.put(KeyId.copyOf(row.getBytes(3)), row.getLong(4));
            }
        }

        List<FieldId> fields(List<Integer> numbers) {
            return numbers.stream().map(i -> columns.get(i).field()).distinct().toList();
        }

        CensusReport report(Set<KeyId> known, Instant at) {
            List<ColumnCount> counts = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                TableTally.Column found = values.get(i).of(columns.get(i).column());
                counts.add(ColumnCount.of(columns.get(i), found, known, CountBasis.snapshot(at, found.rows())));
            }
            return new CensusReport(counts, quarantined, List.of());
        }
    }

    /**
     * Counts. A table that was rewritten between the moment and its scan reads as if it were empty, so then all is counted again.
     *
     * @throws UnavailableException if that happens again and again
     */
    Counts count(List<EncryptedColumn> columns, ProgressListener listener) {
        Map<TableName, List<Integer>> tables = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            tables.computeIfAbsent(TableName.of(columns.get(i)), table -> new ArrayList<>())
                    .add(i);
        }
        SqlWork<Attempt> work = session -> counted(session, columns, tables, listener);
        String rewritten = "";
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Attempt attempt = transactions.dialect().scansByPlace()
                    ? transactions.snapshot(Timeouts.SCAN, work)
                    : transactions.read(Timeouts.SCAN, work);
            if (attempt.rewritten().isEmpty()) {
                return attempt.counts();
            }
            rewritten = attempt.rewritten().get().toString();
        }
        throw new UnavailableException(
                rewritten + " was rewritten again and again while it was counted. Run it again while no"
                        + " ALTER TABLE, CLUSTER, VACUUM FULL or TRUNCATE of it runs.");
    }

    /** Counts, or the table that was rewritten before it was read. */
    private record Attempt(Counts counts, Optional<TableName> rewritten) {}

    private static Attempt counted(
            Session session,
            List<EncryptedColumn> columns,
            Map<TableName, List<Integer>> tables,
            ProgressListener listener)
            throws SQLException {
        for (EncryptedColumn column : columns) {
            requireTable(session, column);
        }
        Counts counts = new Counts(columns);
        Map<TableName, TableSize> large = large(session, tables.keySet());
        StringJoiner sql = new StringJoiner(" UNION ALL ");
        for (Map.Entry<TableName, List<Integer>> table : tables.entrySet()) {
            if (!large.containsKey(table.getKey())) {
                List<Integer> numbers = table.getValue();
                sql.add(EnvelopeKinds.counted(
                        session.dialect(),
                        numbers,
                        names(columns, numbers),
                        table.getKey().quoted() + " AS t"));
            }
        }
        sql.add(QUARANTINE);
        run(session, sql.toString(), counts);
        for (TableName table : tables.keySet()) {
            if (!large.containsKey(table) && TableFiles.rewritten(session, table)) {
                return new Attempt(counts, Optional.of(table));
            }
        }
        for (Map.Entry<TableName, TableSize> table : large.entrySet()) {
            List<Integer> numbers = tables.getOrDefault(table.getKey(), List.of());
            boolean whole = new SnapshotCount(session, table.getKey(), table.getValue(), listener)
                    .run(numbers, names(columns, numbers), counts);
            if (!whole) {
                return new Attempt(counts, Optional.of(table.getKey()));
            }
        }
        return new Attempt(counts, Optional.empty());
    }

    /** Large tables with their sizes; none where one statement is all that sees one moment. */
    private static Map<TableName, TableSize> large(Session session, Set<TableName> tables) throws SQLException {
        Map<TableName, TableSize> large = new LinkedHashMap<>();
        if (session.dialect().scansByPlace()) {
            for (TableName table : tables) {
                TableSize size = TableSize.of(session, table);
                if (size.large()) {
                    large.put(table, size);
                }
            }
        }
        return large;
    }

    private static List<String> names(List<EncryptedColumn> columns, List<Integer> numbers) {
        return numbers.stream().map(i -> columns.get(i).column()).toList();
    }

    /** Reading a view or a foreign table would run what its owner wrote with the rights of the one who counts. */
    static void requireTable(Session session, EncryptedColumn column) throws SQLException {
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

    private static void run(Session session, String sql, Counts counts) throws SQLException {
        try (PreparedStatement statement = session.prepare(sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                counts.add(row);
            }
        }
    }
}
