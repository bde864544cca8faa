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
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Transactions of one insert each by 1, 4, 16 and 64 writers: alone, with a row of the same columns as an entry but without a chain,
 * as people write it by hand, and with an entry of the audit trail, in turns. Arguments: seconds of a turn (3), turns of each kind
 * (5), {@code serializable} for that level in place of READ COMMITTED, {@code nosync} for a server that does not wait for its
 * disk, {@code writers=16} for one number of them. What a transaction costs is printed too: idle cores hide it, busy ones do not.
 */
public final class AuditBenchmark {

    private static final int[] WRITERS = {1, 4, 16, 64};

    private static final String INVOICE = "INSERT INTO invoice VALUES (?, ?)";
    private static final String BY_HAND =
            "INSERT INTO told_by_hand VALUES (1, ?, clock_timestamp(), session_user, 'alice', 'here',"
                    + " 'invoice.approved', 'invoice', ?, '\\x00', '', ?, ?)";

    private enum Way {
        ALONE,
        BY_HAND,
        CHAINED
    }

    private final DataSource database;
    private final Tegula tegula;
    private final long nanos;
    private final boolean serializable;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong conflicts = new AtomicLong();
    private final AuditCost cost;

    /** Open in all turns of a number of writers, as in a pool: opening them is not measured. */
    private final List<Connection> connections = new ArrayList<>();

    private AuditBenchmark(DataSource database, Tegula tegula, int seconds, boolean serializable) throws SQLException {
        this.database = database;
        this.cost = new AuditCost(database);
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
                connection
                        .createStatement()
                        .execute("CREATE TABLE told_by_hand (LIKE tegula_audit, PRIMARY KEY (chain, seq))");
            }
            try (Tegula tegula = Tegula.builder("bench")
                    .kek("main", MemoryKms.create(), "main")
                    .registry(database)
                    .development()
                    .build()) {
                AuditBenchmark benchmark =
                        new AuditBenchmark(database, tegula, seconds, words.contains("serializable"));
                for (int writers : writers(words)) {
                    benchmark.compare(writers, turns);
                }
            }
        }
    }

    private static int[] writers(List<String> words) {
        return words.stream()
                .filter(word -> word.startsWith("writers="))
                .map(word -> new int[] {Integer.parseInt(word.substring("writers=".length()))})
                .findFirst()
                .orElse(WRITERS);
    }

    private void compare(int writers, int turns) throws Exception {
        for (int i = 0; i < writers; i++) {
            connections.add(connect());
        }
        Map<Way, List<Double>> rates = new EnumMap<>(Way.class);
        List<Way> ways = new ArrayList<>(List.of(Way.values()));
        for (int turn = -1; turn < turns; turn++) {
            Collections.reverse(ways);
            if (turn == 0) {
                conflicts.set(0);
                cost.forget();
                rates.clear();
            }
            for (Way way : ways) {
                rates.computeIfAbsent(way, none -> new ArrayList<>()).add(run(way));
            }
        }
        say(writers, rates);
        for (Connection connection : connections) {
            connection.close();
        }
        connections.clear();
    }

    private void say(int writers, Map<Way, List<Double>> rates) {
        for (Way way : Way.values()) {
            List<Double> own = rates.getOrDefault(way, List.of());
            List<Double> ratios = new ArrayList<>();
            for (int turn = 0; turn < own.size(); turn++) {
                ratios.add(
                        own.get(turn) / rates.getOrDefault(Way.ALONE, List.of()).get(turn));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%2d writers, %-8s %,8.0f/s, %.2f (%.2f to %.2f); %s%n",
                    writers,
                    way.name().toLowerCase(Locale.ROOT) + ":",
                    Rounds.median(own),
                    Rounds.median(ratios),
                    Collections.min(ratios),
                    Collections.max(ratios),
                    cost.of(way.name()));
        }
        System.out.printf(Locale.ROOT, "            %,d conflicts%n", conflicts.get());
    }

    /** Committed transactions in a second. */
    private double run(Way way) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(connections.size());
        List<Future<Long>> running = new ArrayList<>();
        cost.begin();
        long begin = System.nanoTime();
        for (Connection connection : connections) {
            running.add(pool.submit(() -> write(connection, begin + nanos, way)));
        }
        long committed = 0;
        for (Future<Long> writer : running) {
            committed += writer.get();
        }
        double took = (System.nanoTime() - begin) / 1e9;
        pool.shutdown();
        cost.end(way.name(), committed);
        return committed / took;
    }

    private Connection connect() throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(
                serializable ? Connection.TRANSACTION_SERIALIZABLE : Connection.TRANSACTION_READ_COMMITTED);
        return connection;
    }

    private long write(Connection connection, long end, Way way) throws SQLException {
        long committed = 0;
        while (System.nanoTime() < end) {
            try {
                transaction(connection, ids.incrementAndGet(), way);
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
        return committed;
    }

    private void transaction(Connection connection, long id, Way way) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INVOICE)) {
            insert.setLong(1, id);
            insert.setString(2, "approved by the head of the department");
            insert.executeUpdate();
        }
        if (way == Way.BY_HAND) {
            try (PreparedStatement insert = connection.prepareStatement(BY_HAND)) {
                insert.setLong(1, id);
                insert.setString(2, Long.toString(id));
                insert.setBytes(3, new byte[32]);
                insert.setBytes(4, new byte[32]);
                insert.executeUpdate();
            }
        } else if (way == Way.CHAINED) {
            AuditEntry approved =
                    AuditEntry.of("invoice.approved", "invoice", id).actor("alice");
            tegula.audit().append(connection, approved);
        }
    }
}
