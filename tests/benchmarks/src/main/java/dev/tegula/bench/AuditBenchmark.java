package dev.tegula.bench;

import dev.tegula.Tegula;
import dev.tegula.audit.AuditEntry;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.operations.schema.Schema;
import dev.tegula.test.MemoryKms;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Transactions of one insert each by 1, 4, 16 and 64 writers, with and without an entry of the audit trail, in turns. Arguments:
 * seconds of a turn (3), turns of each kind (5), {@code serializable} for that level in place of READ COMMITTED, {@code nosync} for a server
 * that does not wait for its disk, and so measures processor time.
 */
public final class AuditBenchmark {

    private static final int[] WRITERS = {1, 4, 16, 64};

    private final DataSource database;
    private final Tegula tegula;
    private final long nanos;
    private final boolean serializable;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong conflicts = new AtomicLong();

    private AuditBenchmark(DataSource database, Tegula tegula, int seconds, boolean serializable) {
        this.database = database;
        this.tegula = tegula;
        this.nanos = seconds * 1_000_000_000L;
        this.serializable = serializable;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        List<String> words = Arrays.asList(arguments);
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", words.contains("nosync") ? "off" : "on")
                // Off in this distribution; then no COMMIT waits for the disk.
                .setServerConfig("synchronous_commit", words.contains("nosync") ? "off" : "on")
                .setServerConfig("max_connections", "200")
                .start()) {
            DataSource database = postgres.getPostgresDatabase();
            Schema.apply(database);
            try (Connection connection = database.getConnection()) {
                connection.createStatement().execute("CREATE TABLE invoice (id int8 PRIMARY KEY, note text NOT NULL)");
            }
            try (Tegula tegula = Tegula.builder("bench")
                    .kek("main", MemoryKms.create(), "main")
                    .registry(database)
                    .development()
                    .build()) {
                AuditBenchmark benchmark =
                        new AuditBenchmark(database, tegula, seconds, words.contains("serializable"));
                for (int writers : WRITERS) {
                    benchmark.compare(writers, turns);
                }
            }
        }
    }

    private void compare(int writers, int turns) throws Exception {
        run(writers, false);
        run(writers, true);
        conflicts.set(0);
        List<Double> plain = new ArrayList<>();
        List<Double> audited = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int turn = 0; turn < turns; turn++) {
            boolean first = turn % 2 == 0;
            double one = run(writers, !first);
            double other = run(writers, first);
            plain.add(first ? one : other);
            audited.add(first ? other : one);
            ratios.add(audited.get(turn) / plain.get(turn));
        }
        System.out.printf(
                Locale.ROOT,
                "%2d writers: %,8.0f inserts/s, %,8.0f inserts with an entry/s, ratio %.2f (%.2f to %.2f), %,d conflicts%n",
                writers,
                Rounds.median(plain),
                Rounds.median(audited),
                Rounds.median(ratios),
                Collections.min(ratios),
                Collections.max(ratios),
                conflicts.get());
    }

    /** Committed transactions in a second. */
    private double run(int writers, boolean audited) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        List<Future<Long>> running = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < writers; i++) {
            running.add(pool.submit(() -> write(begin + nanos, audited)));
        }
        long committed = 0;
        for (Future<Long> writer : running) {
            committed += writer.get();
        }
        double took = (System.nanoTime() - begin) / 1e9;
        pool.shutdown();
        return committed / took;
    }

    private long write(long end, boolean audited) throws SQLException {
        long committed = 0;
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(
                    serializable ? Connection.TRANSACTION_SERIALIZABLE : Connection.TRANSACTION_READ_COMMITTED);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO invoice VALUES (?, ?)")) {
                while (System.nanoTime() < end) {
                    long id = ids.incrementAndGet();
                    try {
                        insert.setLong(1, id);
                        insert.setString(2, "approved by the head of the department");
                        insert.executeUpdate();
                        if (audited) {
                            tegula.audit()
                                    .append(
                                            connection,
                                            AuditEntry.of("invoice.approved", "invoice", id)
                                                    .actor("alice"));
                        }
                        connection.commit();
                        committed++;
                    } catch (SQLException e) {
                        connection.rollback();
                        if (!SqlFailures.conflict(e)) {
                            throw e;
                        }
                        conflicts.incrementAndGet();
                    }
                }
            }
        }
        return committed;
    }
}
