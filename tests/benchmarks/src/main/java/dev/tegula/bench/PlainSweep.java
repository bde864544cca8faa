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
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/** The baseline: page by page, compare-and-set, cursor in the same transaction; other bytes of the same length are written. */
final class PlainSweep {

    private static final int COLUMNS = 3;
    private static final int HEAD_BYTES = 58;

    private final DataSource source;
    private final int batch;
    private final boolean copy;
    private final @Nullable String from;
    private final @Nullable String to;
    private final int cursor;

    /** With arrays as parameters, or with COPY into a temporary table that the UPDATE joins. */
    PlainSweep(DataSource source, int batch, boolean copy) {
        this(source, batch, copy, null, null, 1);
    }

    private PlainSweep(
            DataSource source, int batch, boolean copy, @Nullable String from, @Nullable String to, int cursor) {
        this.source = source;
        this.batch = batch;
        this.copy = copy;
        this.from = from;
        this.to = to;
        this.cursor = cursor;
    }

    /** Two halves of the keys, each with a cursor of its own. */
    static List<PlainSweep> halves(DataSource source, int batch) {
        String middle = "7fffffff-ffff-ffff-ffff-ffffffffffff";
        return List.of(
                new PlainSweep(source, batch, false, null, middle, 1),
                new PlainSweep(source, batch, false, middle, null, 2));
    }

    void run(int expected) throws SQLException {
        int changed = changed();
        if (changed != expected) {
            throw new IllegalStateException(changed + " of " + expected + " rows were changed");
        }
    }

    /** Runs it and says how many rows it changed. */
    int changed() throws SQLException {
        int changed = 0;
        try (Connection connection = source.getConnection()) {
            if (copy) {
                try (Statement ddl = connection.createStatement()) {
                    ddl.execute("CREATE TEMP TABLE IF NOT EXISTS v (id uuid, na bytea, nb bytea, nc bytea, ha bytea, hb"
                            + " bytea, hc bytea) ON COMMIT DELETE ROWS");
                }
            }
            connection.setAutoCommit(false);
            String at = from;
            while (true) {
                List<String> ids = new ArrayList<>();
                List<List<byte[]>> values = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
                read(connection, at, ids, values);
                if (ids.isEmpty()) {
                    connection.commit();
                    break;
                }
                List<List<byte[]>> fresh = fresh(values);
                changed += copy ? copied(connection, ids, values, fresh) : write(connection, ids, values, fresh);
                at = ids.get(ids.size() - 1);
                try (PreparedStatement moved =
                        connection.prepareStatement("UPDATE bench_cursor SET at = ?::uuid WHERE id = ?")) {
                    moved.setString(1, at);
                    moved.setInt(2, cursor);
                    moved.executeUpdate();
                }
                connection.commit();
            }
            connection.setAutoCommit(true);
        }
        return changed;
    }

    private void read(Connection connection, @Nullable String at, List<String> ids, List<List<byte[]>> values)
            throws SQLException {
        try (Statement limits = connection.createStatement()) {
            limits.execute("SET LOCAL lock_timeout = 500; SET LOCAL statement_timeout = 10000");
        }
        String sql =
                "SELECT t.id::text, a, b, c FROM bench_plain t WHERE true" + (at == null ? "" : " AND t.id > ?::uuid")
                        + (to == null ? "" : " AND t.id <= ?::uuid") + " ORDER BY t.id LIMIT " + batch;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int parameter = 1;
            if (at != null) {
                select.setString(parameter++, at);
            }
            if (to != null) {
                select.setString(parameter, to);
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

    /** Other bytes, as new envelopes are: of values that stay PostgreSQL would write next to nothing to its log. */
    private static List<List<byte[]>> fresh(List<List<byte[]>> values) {
        return values.stream()
                .map(column -> column.stream()
                        .map(value -> {
                            byte[] other = new byte[value.length];
                            ThreadLocalRandom.current().nextBytes(other);
                            return other;
                        })
                        .toList())
                .toList();
    }

    private static int write(
            Connection connection, List<String> ids, List<List<byte[]>> values, List<List<byte[]>> fresh)
            throws SQLException {
        String sql = "WITH v AS (SELECT * FROM unnest(?::uuid[], ?::bytea[], ?::bytea[], ?::bytea[], ?::bytea[],"
                + " ?::bytea[], ?::bytea[]) AS v(id, na, nb, nc, ha, hb, hc)), l AS (SELECT t.id, v.na, v.nb, v.nc FROM"
                + " bench_plain t JOIN v ON t.id = v.id WHERE substring(t.a from 1 for 58) = v.ha AND substring(t.b from 1"
                + " for 58) = v.hb AND substring(t.c from 1 for 58) = v.hc FOR NO KEY UPDATE OF t SKIP LOCKED) UPDATE"
                + " bench_plain t SET a = l.na, b = l.nb, c = l.nc FROM l WHERE t.id = l.id RETURNING t.id";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setArray(1, connection.createArrayOf("text", ids.toArray()));
            for (int c = 0; c < COLUMNS; c++) {
                update.setArray(2 + c, bytes(connection, fresh.get(c)));
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

    private static int copied(
            Connection connection, List<String> ids, List<List<byte[]>> values, List<List<byte[]>> fresh)
            throws SQLException {
        CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
        CopyIn in = manager.copyIn("COPY v FROM STDIN (FORMAT binary)");
        byte[] rows = BinaryRows.of(ids, fresh, values, HEAD_BYTES);
        in.writeToCopy(rows, 0, rows.length);
        in.endCopy();
        String sql = "WITH l AS (SELECT t.id, v.na, v.nb, v.nc FROM bench_plain t JOIN v ON t.id = v.id"
                + " WHERE substring(t.a from 1 for 58) = v.ha AND substring(t.b from 1 for 58) = v.hb"
                + " AND substring(t.c from 1 for 58) = v.hc FOR NO KEY UPDATE OF t SKIP LOCKED)"
                + " UPDATE bench_plain t SET a = l.na, b = l.nb, c = l.nc FROM l WHERE t.id = l.id RETURNING t.id";
        try (PreparedStatement update = connection.prepareStatement(sql);
                ResultSet row = update.executeQuery()) {
            int changed = 0;
            while (row.next()) {
                changed++;
            }
            return changed;
        }
    }

    private static Array bytes(Connection connection, List<byte[]> values) throws SQLException {
        return connection.createArrayOf("bytea", values.toArray(new byte[0][]));
    }
}
