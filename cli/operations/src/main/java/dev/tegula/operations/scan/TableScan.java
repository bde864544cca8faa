package dev.tegula.operations.scan;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Reads one table for a scan. */
final class TableScan {

    /** The beginning of a value that is looked at; the head of an envelope and every form of personal data fit in. */
    private static final int BEGINNING = 4_096;
    /** A sample is drawn from tables that are so many times larger. */
    private static final int LARGER = 2;

    private final TableName table;
    private final List<ScanColumn> columns;
    private final List<ColumnTally> tallies;

    /** The tallies are of the columns, in their order. */
    TableScan(TableName table, List<ScanColumn> columns, List<ColumnTally> tallies) {
        this.table = table;
        this.columns = columns;
        this.tallies = tallies;
    }

    /** Looks at about so many rows: drawn at random where the table is larger and the server can, otherwise the first ones. */
    void sample(Session session, int rows) throws SQLException {
        ScanColumn first = columns.get(0);
        if (first.drawable() && first.rows() > (double) LARGER * rows) {
            double percent = 100.0 * rows / first.rows();
            // Pages come in their order: a limit that is often met would leave out the end of the table.
            if (read(session, " TABLESAMPLE SYSTEM (" + percent + ")", LARGER * rows) > 0) {
                return;
            }
        }
        read(session, "", rows);
    }

    private int read(Session session, String drawn, int rows) throws SQLException {
        StringJoiner beginnings = new StringJoiner(", ");
        columns.forEach(column -> beginnings.add(column.beginning(BEGINNING)));
        String sql = "SELECT " + beginnings + " FROM " + table.quoted() + drawn + " LIMIT " + rows;
        int count = 0;
        try (PreparedStatement select = session.prepare(sql)) {
            select.setFetchSize(100);
            try (ResultSet row = select.executeQuery()) {
                for (; row.next(); count++) {
                    for (int i = 0; i < columns.size(); i++) {
                        Object value = columns.get(i).type() == ScanColumn.Type.BYTES
                                ? row.getBytes(i + 1)
                                : row.getString(i + 1);
                        if (value != null) {
                            tallies.get(i).add(value);
                        }
                    }
                }
            }
        }
        return count;
    }

    /** Counts the envelopes of all rows in the columns of bytes, in one pass of the server. */
    void count(Session session) throws SQLException {
        StringJoiner values = new StringJoiner(", ");
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).type() == ScanColumn.Type.BYTES) {
                values.add("(" + i + ", t." + Identifiers.quote(columns.get(i).name()) + "::bytea)");
            }
        }
        if (values.length() == 0) {
            return;
        }
        String head = "CASE WHEN octet_length(c.value) >= " + EnvelopeHead.MIN_BYTES
                + " AND substring(c.value from 1 for 2) IN ('\\x0100'::bytea, '\\x0101'::bytea)"
                + " THEN substring(c.value from 3 for 32) END";
        String sql = "SELECT i, id, count(*) FROM (SELECT c.i, " + head + " AS id FROM " + table.quoted()
                + " AS t CROSS JOIN LATERAL (VALUES " + values + ") AS c (i, value) WHERE c.value IS NOT NULL) AS heads"
                + " GROUP BY i, id";
        Map<Integer, Map<KeyId, Long>> counted = new HashMap<>();
        Map<Integer, Long> totals = new HashMap<>();
        try (PreparedStatement select = session.prepare(sql);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                byte[] id = row.getBytes(2);
                totals.merge(row.getInt(1), row.getLong(3), Long::sum);
                if (id != null) {
                    counted.computeIfAbsent(row.getInt(1), i -> new HashMap<>()).put(KeyId.copyOf(id), row.getLong(3));
                }
            }
        }
        totals.forEach((i, total) -> tallies.get(i).replace(counted.getOrDefault(i, Map.of()), total));
    }
}
