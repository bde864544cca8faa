package dev.tegula.bench;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The baseline: page by page, compare-and-set, cursor in the same transaction; the values are written as they are. */
final class PlainSweep {

    private static final int COLUMNS = 3;
    private static final int HEAD_BYTES = 58;

    private final DataSource source;
    private final int batch;

    PlainSweep(DataSource source, int batch) {
        this.source = source;
        this.batch = batch;
    }

    void run(int expected) throws SQLException {
        int changed = 0;
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            String at = null;
            while (true) {
                List<String> ids = new ArrayList<>();
                List<List<byte[]>> values = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
                read(connection, at, ids, values);
                if (ids.isEmpty()) {
                    connection.commit();
                    break;
                }
                changed += write(connection, ids, values);
                at = ids.get(ids.size() - 1);
                try (PreparedStatement cursor =
                        connection.prepareStatement("UPDATE bench_cursor SET at = ?::uuid WHERE id = 1")) {
                    cursor.setString(1, at);
                    cursor.executeUpdate();
                }
                connection.commit();
            }
            connection.setAutoCommit(true);
        }
        if (changed != expected) {
            throw new IllegalStateException(changed + " of " + expected + " rows were changed");
        }
    }

    private void read(Connection connection, @Nullable String at, List<String> ids, List<List<byte[]>> values)
            throws SQLException {
        try (Statement limits = connection.createStatement()) {
            limits.execute("SET LOCAL lock_timeout = 500; SET LOCAL statement_timeout = 10000");
        }
        String sql = "SELECT t.id::text, a, b, c FROM bench t" + (at == null ? "" : " WHERE t.id > ?::uuid")
                + " ORDER BY t.id LIMIT " + batch;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            if (at != null) {
                select.setString(1, at);
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getString(1));
                    for (int c = 0; c < COLUMNS; c++) {
                        values.get(c).add(row.getBytes(c + 2));
                    }
                }
            }
        }
    }

    private static int write(Connection connection, List<String> ids, List<List<byte[]>> values) throws SQLException {
        String sql = "WITH v AS (SELECT * FROM unnest(?::uuid[], ?::bytea[], ?::bytea[], ?::bytea[], ?::bytea[],"
                + " ?::bytea[], ?::bytea[]) AS v(id, na, nb, nc, ha, hb, hc)), l AS (SELECT t.id, v.na, v.nb, v.nc FROM"
                + " bench t JOIN v ON t.id = v.id WHERE substring(t.a from 1 for 58) = v.ha AND substring(t.b from 1"
                + " for 58) = v.hb AND substring(t.c from 1 for 58) = v.hc FOR NO KEY UPDATE OF t SKIP LOCKED) UPDATE"
                + " bench t SET a = l.na, b = l.nb, c = l.nc FROM l WHERE t.id = l.id RETURNING t.id";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setArray(1, connection.createArrayOf("text", ids.toArray()));
            for (int c = 0; c < COLUMNS; c++) {
                update.setArray(2 + c, bytes(connection, values.get(c)));
                List<byte[]> heads = values.get(c).stream()
                        .map(v -> Arrays.copyOf(v, HEAD_BYTES))
                        .toList();
                update.setArray(2 + COLUMNS + c, bytes(connection, heads));
            }
            int changed = 0;
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    changed++;
                }
            }
            return changed;
        }
    }

    private static Array bytes(Connection connection, List<byte[]> values) throws SQLException {
        return connection.createArrayOf("bytea", values.toArray(new byte[0][]));
    }
}
