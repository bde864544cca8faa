package dev.tegula.operations.live;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An application that changes patients all the time. Each thread owns its rows, so that the last acknowledged value of a
 * row is known; each transaction changes some rows in random order, now and then only the column that is not encrypted.
 */
public final class Writers implements AutoCloseable {

    private static final Set<String> RETRY = Set.of("40001", "40P01", "55P03");

    private final LiveLab lab;
    private final Tegula application;
    private final FieldCipher<String> ssn;
    private final ExecutorService threads;
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    public final AtomicLong acknowledged = new AtomicLong();
    public final AtomicLong fenced = new AtomicLong();
    public final Map<Long, String> last = new ConcurrentHashMap<>();

    public Writers(LiveLab lab, Tegula application, int count, int rows) {
        this.lab = lab;
        this.application = application;
        this.ssn = application.field("patient.ssn", String.class);
        this.threads = Executors.newFixedThreadPool(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            running.add(threads.submit(() -> write(number, count, rows)));
        }
    }

    private Void write(int number, int count, int rows) throws SQLException, InterruptedException {
        Random random = new Random(number);
        long round = 0;
        try (Connection connection = lab.database.getConnection()) {
            connection.setAutoCommit(false);
            while (!stop.get()) {
                round++;
                Map<Long, String> changed = new ConcurrentHashMap<>();
                for (int k = 0; k < 4; k++) {
                    long id = (long) random.nextInt(rows / count) * count + number;
                    changed.put(id, "w" + number + "-" + round);
                }
                transaction(connection, changed, random.nextInt(4) == 0);
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        return null;
    }

    private void transaction(Connection connection, Map<Long, String> changed, boolean plainOnly) throws SQLException {
        while (true) {
            try {
                for (Map.Entry<Long, String> row : changed.entrySet()) {
                    update(connection, row.getKey(), row.getValue(), plainOnly);
                }
                connection.commit();
                if (!plainOnly) {
                    last.putAll(changed);
                }
                acknowledged.incrementAndGet();
                return;
            } catch (SQLException e) {
                connection.rollback();
                boolean refused = application.fenced(e);
                if (refused) {
                    fenced.incrementAndGet();
                } else if (!RETRY.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
                if (stop.get()) {
                    return;
                }
            }
        }
    }

    private void update(Connection connection, long id, String value, boolean plainOnly) throws SQLException {
        String sql =
                plainOnly ? "UPDATE patient SET other = ? WHERE id = ?" : "UPDATE patient SET ssn = ? WHERE id = ?";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            if (plainOnly) {
                update.setString(1, value);
            } else {
                update.setBytes(1, ssn.encrypt(value, Context.noTenant()));
            }
            update.setLong(2, id);
            update.executeUpdate();
        }
    }

    /** Stops and waits; fails if a writer failed. */
    public void finish() throws Exception {
        stop.set(true);
        for (Future<?> writer : running) {
            writer.get(5, TimeUnit.MINUTES);
        }
    }

    /** Reads every row; returns those that do not read as last acknowledged. */
    public List<String> lost() throws SQLException {
        List<String> lost = new ArrayList<>();
        FieldCipher<String> reader = lab.field("patient.ssn");
        try (Connection connection = lab.database.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT id, ssn FROM patient");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                long id = row.getLong(1);
                String expected = last.getOrDefault(id, "ssn-" + id);
                if (!expected.equals(reader.decrypt(row.getBytes(2), Context.noTenant()))) {
                    lost.add("id " + id);
                }
            }
        }
        return lost;
    }

    @Override
    public void close() {
        stop.set(true);
        threads.shutdownNow();
    }
}
