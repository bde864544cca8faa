package dev.tegula.operations.proofs;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.failure.UnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * An application whose every transaction is in a ledger, in the same transaction: so what became of those whose COMMIT got no answer is
 * known afterwards, and what each row must hold is exact. Each thread has rows of its own, changes some and adds one now and then.
 */
final class LedgerWriters implements AutoCloseable {

    private static final Set<String> AGAIN = Set.of("40001", "40P01", "55P03");
    private static final int ADDED = 1_000_000;

    private final DataSource database;
    private final Tegula application;
    private final FieldCipher<String> ssn;
    private final int threads;
    private final int rows;
    private final ExecutorService executor;
    private final List<Future<?>> running = new ArrayList<>();
    private final List<Log> logs = new ArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong answered = new AtomicLong();

    /** What one thread knows. */
    private static final class Log {
        final int writer;
        final Map<Integer, Map<Long, String>> acknowledged = new TreeMap<>();
        final Map<Integer, Map<Long, String>> unanswered = new TreeMap<>();

        Log(int writer) {
            this.writer = writer;
        }
    }

    LedgerWriters(DataSource database, Tegula application, int threads, int rows, long seed) {
        this.database = database;
        this.application = application;
        this.ssn = application.field("patient.ssn", String.class);
        this.threads = threads;
        this.rows = rows;
        this.executor = Executors.newFixedThreadPool(threads);
        for (int i = 0; i < threads; i++) {
            Log log = new Log(i);
            logs.add(log);
            running.add(executor.submit(() -> write(log, new Random(seed + log.writer))));
        }
    }

    long answered() {
        return answered.get();
    }

    long unanswered() {
        return logs.stream().mapToLong(log -> log.unanswered.size()).sum();
    }

    private Void write(Log log, Random random) throws Exception {
        for (int round = 1; !stop.get(); round++) {
            Map<Long, String> changes = new HashMap<>();
            for (int i = 0; i < 3; i++) {
                changes.put((long) random.nextInt(rows / threads) * threads + log.writer, log.writer + "-" + round);
            }
            if (random.nextInt(4) == 0) {
                changes.put((long) ADDED * (log.writer + 1) + round, log.writer + "+" + round);
            }
            transaction(log, round, changes);
        }
        return null;
    }

    /** Runs it again until COMMIT was answered, or was not: then it may be carried out, and must not be run again. */
    private void transaction(Log log, int round, Map<Long, String> changes) throws SQLException {
        while (true) {
            boolean atCommit = false;
            try (Connection connection = database.getConnection()) {
                connection.setAutoCommit(false);
                try {
                    save(connection, log, round, changes);
                    atCommit = true;
                    connection.commit();
                } catch (SQLException e) {
                    if (!lost(e)) {
                        connection.rollback();
                    }
                    throw e;
                }
                log.acknowledged.put(round, changes);
                answered.incrementAndGet();
                return;
            } catch (UnavailableException e) {
                // Its keys were not to be had: nothing was written.
            } catch (SQLException e) {
                if (lost(e) && atCommit) {
                    log.unanswered.put(round, changes);
                    return;
                }
                if (!application.fenced(e) && !lost(e) && !AGAIN.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
            }
        }
    }

    private static boolean lost(SQLException e) {
        return String.valueOf(e.getSQLState()).startsWith("08");
    }

    private void save(Connection connection, Log log, int round, Map<Long, String> changes) throws SQLException {
        try (PreparedStatement entry = connection.prepareStatement("INSERT INTO ledger VALUES (?, ?)");
                PreparedStatement update = connection.prepareStatement(
                        "INSERT INTO patient (id, ssn) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET ssn = excluded.ssn")) {
            entry.setInt(1, log.writer);
            entry.setInt(2, round);
            entry.executeUpdate();
            for (Map.Entry<Long, String> change : changes.entrySet()) {
                update.setLong(1, change.getKey());
                update.setBytes(2, ssn.encrypt(change.getValue(), Context.noTenant()));
                update.executeUpdate();
            }
        }
    }

    /** Stops and waits; fails if a writer failed. */
    void finish() throws Exception {
        stop.set(true);
        for (Future<?> writer : running) {
            writer.get(5, TimeUnit.MINUTES);
        }
    }

    /** What is not as the ledger says: transactions that were acknowledged and are not in it, and rows with another value. */
    List<String> differences(DataSource sound, FieldCipher<String> reader) throws SQLException {
        List<String> differences = new ArrayList<>();
        Map<Long, String> expected = new HashMap<>();
        for (long id = 0; id < rows; id++) {
            expected.put(id, "ssn-" + id);
        }
        try (Connection connection = sound.getConnection()) {
            Map<Integer, Set<Integer>> ledger = ledger(connection);
            for (Log log : logs) {
                Set<Integer> carriedOut = ledger.getOrDefault(log.writer, Set.of());
                Map<Integer, Map<Long, String>> all = new TreeMap<>(log.unanswered);
                all.keySet().retainAll(carriedOut);
                all.putAll(log.acknowledged);
                all.values().forEach(expected::putAll);
                if (!all.keySet().equals(carriedOut)) {
                    differences.add("writer " + log.writer + ": " + all.size() + " transactions, " + carriedOut.size()
                            + " in the ledger");
                }
            }
            compare(connection, reader, expected, differences);
        }
        return differences;
    }

    private static Map<Integer, Set<Integer>> ledger(Connection connection) throws SQLException {
        Map<Integer, Set<Integer>> ledger = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT writer, round FROM ledger");
                ResultSet entry = select.executeQuery()) {
            while (entry.next()) {
                ledger.computeIfAbsent(entry.getInt(1), writer -> new HashSet<>())
                        .add(entry.getInt(2));
            }
        }
        return ledger;
    }

    private static void compare(
            Connection connection, FieldCipher<String> reader, Map<Long, String> expected, List<String> differences)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id, ssn FROM patient");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                long id = row.getLong(1);
                String wanted = expected.remove(id);
                String found = reader.decrypt(row.getBytes(2), Context.noTenant());
                if (!found.equals(wanted)) {
                    differences.add("row " + id + " holds " + found + ", not " + wanted);
                }
            }
        }
        expected.forEach((id, value) -> differences.add("row " + id + " with " + value + " is gone"));
    }

    @Override
    public void close() {
        stop.set(true);
        executor.shutdown();
    }
}
