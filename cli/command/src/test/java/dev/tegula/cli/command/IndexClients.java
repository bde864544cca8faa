package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.config.ConfigurationFile;
import dev.tegula.failure.IntegrityException;
import dev.tegula.jdbc.SqlState;
import dev.tegula.keyring.KeyringSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What applications do beside a replacement of the key of an index: insert one value at once, change values, send what they
 * computed long ago, and look for what is there. Each look at the rows fails if one is missing, doubled, or of another value.
 */
final class IndexClients implements AutoCloseable {

    private static final int MOST_OLD = 20;
    private static final int SHARING = 3;

    private final ClinicDatabase clinic;
    private final int admitted;
    private final Random random;
    private final List<Client> clients = new ArrayList<>();
    private final List<Tegula> engines = new ArrayList<>();
    private final ExecutorService threads;
    private final AtomicInteger ids = new AtomicInteger(1_000_000);
    private final AtomicInteger numbers = new AtomicInteger(1_000_000);
    private final List<Old> old = new ArrayList<>();
    private final Map<Integer, String> rows = new ConcurrentHashMap<>();
    private final List<Integer> found = new ArrayList<>();
    private int bursts;
    private int sentLate;
    private int refusedLate;
    private volatile boolean indexed;
    private final AtomicInteger epoch = new AtomicInteger();
    private volatile boolean ended;

    /** One application: an engine, which several share, and a connection of its own. */
    private static final class Client {
        final Tegula engine;
        final Connection connection;
        final FieldCipher<String> cipher;
        final FieldIndex<String> index;

        Client(Tegula engine, Connection connection) {
            this.engine = engine;
            this.connection = connection;
            this.cipher = engine.field("patient.ssn", String.class);
            this.index = engine.blindIndex(IndexSpec.of("patient.ssn", String.class, new DigitsOnly()));
        }

        Row computed(String value) {
            BlindIndex next = index.computeNext(value, Context.noTenant());
            BlindIndex now = index.compute(value, Context.noTenant());
            return new Row(
                    cipher.encrypt(value, Context.noTenant()),
                    now == null ? null : now.bytes(),
                    next == null ? null : next.bytes());
        }
    }

    /** What was computed and may be sent at any later time. */
    private static final class Row {
        final byte @Nullable [] envelope;
        final byte @Nullable [] index;
        final byte @Nullable [] next;

        Row(byte @Nullable [] envelope, byte @Nullable [] index, byte @Nullable [] next) {
            this.envelope = envelope;
            this.index = index;
            this.next = next;
        }
    }

    /** A value that several computed at different times. */
    private record Old(String value, List<Row> computed, int due) {}

    /**
     * So many, on the rows that {@code admitted} says are there.
     *
     * @param admitted numbers of the patients
     */
    IndexClients(ClinicDatabase clinic, int many, int admitted, Random random) throws SQLException {
        this.clinic = clinic;
        this.random = random;
        this.threads = Executors.newFixedThreadPool(many);
        this.admitted = admitted;
        for (int id = 1; id <= admitted; id++) {
            rows.put(id, "canary-" + id);
        }
        // What commands wait for is what the configuration says.
        KeyringSettings settings =
                ConfigurationFile.read(clinic.file(), Map.of()).keys().keyring();
        for (int i = 0; i < many; i++) {
            if (i % SHARING == 0) {
                engines.add(clinic.engine(settings));
            }
            clients.add(new Client(
                    engines.get(engines.size() - 1), clinic.dataSource().getConnection()));
        }
    }

    /** From now on every row that is there has an index, so look-ups must find it. */
    void allAreIndexed() {
        indexed = true;
    }

    /** What was done to the registry since may be old to whoever computes now. */
    void epoch() {
        epoch.incrementAndGet();
    }

    /** Lets the thread of {@link #run} come to an end. */
    void end() {
        ended = true;
    }

    /** Works until {@link #end}, and then sends what is still old. */
    void run() throws Exception {
        boolean all = false;
        while (!ended) {
            if (indexed && !all) {
                found.addAll(rows.keySet());
                all = true;
            }
            burst();
            change();
            late(false);
            look();
        }
        late(true);
    }

    String done() {
        return "%,d bursts of %d, %,d old rows refused and %,d let in"
                .formatted(bursts, clients.size(), refusedLate, sentLate);
    }

    /** All insert one value at once, as differently as they write it: one wins, and everybody finds it. */
    private void burst() throws Exception {
        String value = String.valueOf(numbers.incrementAndGet());
        String dashed = value.substring(0, 3) + "-" + value.substring(3);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Integer>> inserts = new ArrayList<>();
        for (int c = 0; c < clients.size(); c++) {
            Client client = clients.get(c);
            String written = c % 2 == 0 ? value : dashed;
            inserts.add(threads.submit(() -> {
                go.await();
                return inserted(client, written);
            }));
        }
        go.countDown();
        List<Integer> won = new ArrayList<>();
        for (Future<Integer> insert : inserts) {
            int id = insert.get();
            if (id != 0) {
                won.add(id);
            }
        }
        assertThat(won).as("rows of %s", value).hasSize(1);
        rows.put(won.get(0), value);
        found.add(won.get(0));
        bursts++;
    }

    /** The row, or 0 if another has the value. What a fence refuses is tried again, as applications do. */
    private int inserted(Client client, String value) throws SQLException {
        int id = ids.incrementAndGet();
        while (true) {
            try {
                insert(client, id, client.computed(value));
                return id;
            } catch (SQLException e) {
                if (SqlState.UNIQUE_VIOLATION.equals(e.getSQLState())) {
                    return 0;
                }
                if (!client.engine.fenced(e)) {
                    throw e;
                }
            }
        }
    }

    private static void insert(Client client, int id, Row row) throws SQLException {
        try (PreparedStatement insert = client.connection.prepareStatement(
                "INSERT INTO patient (ssn, ssn_index, ssn_next, id) VALUES (?, ?, ?, ?)")) {
            write(insert, id, row);
        }
    }

    private static void write(PreparedStatement statement, int id, Row row) throws SQLException {
        statement.setBytes(1, row.envelope);
        statement.setBytes(2, row.index);
        statement.setBytes(3, row.next);
        statement.setInt(4, id);
        assertThat(statement.executeUpdate()).isEqualTo(1);
    }

    /** A row that was there before the rotation gets another value: it is found by that, and not by the one before. */
    private void change() throws SQLException {
        int id = 1 + random.nextInt(admitted);
        String before = rows.get(id);
        String after = String.valueOf(numbers.incrementAndGet());
        Client client = any();
        boolean written = false;
        while (!written) {
            try (PreparedStatement update = client.connection.prepareStatement(
                    "UPDATE patient SET ssn = ?, ssn_index = ?, ssn_next = ? WHERE id = ?")) {
                write(update, id, client.computed(after));
                written = true;
            } catch (SQLException e) {
                if (!client.engine.fenced(e)) {
                    throw e;
                }
            }
        }
        rows.put(id, after);
        assertThat(lookedFor(any(), after)).as(after).containsExactly(id);
        assertThat(lookedFor(any(), before)).as(before).isEmpty();
    }

    /** What two computed at different times is sent much later: a fence refuses it, or it is as good as any. */
    private void late(boolean all) throws SQLException {
        if (old.size() < MOST_OLD && random.nextInt(4) == 0) {
            old.add(new Old(
                    String.valueOf(numbers.incrementAndGet()), new ArrayList<>(), epoch.get() + random.nextInt(9)));
        }
        if (!old.isEmpty()) {
            Old one = old.get(random.nextInt(old.size()));
            if (one.computed.size() < 3) {
                one.computed.add(any().computed(one.value));
            }
        }
        for (Iterator<Old> due = old.iterator(); due.hasNext(); ) {
            Old one = due.next();
            if (all || one.due < epoch.get()) {
                due.remove();
                List<Integer> won = new ArrayList<>();
                for (Row row : one.computed) {
                    int id = ids.incrementAndGet();
                    if (sent(row, id)) {
                        won.add(id);
                    }
                }
                assertThat(won)
                        .as("rows of %s, computed at different times", one.value)
                        .hasSizeLessThan(2);
                assertThat(lookedFor(any(), one.value)).isEqualTo(won);
                won.forEach(id -> rows.put(id, one.value));
                found.addAll(won);
            }
        }
    }

    private boolean sent(Row row, int id) throws SQLException {
        try {
            insert(any(), id, row);
            sentLate++;
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isIn(SqlState.UNIQUE_VIOLATION, SqlState.CHECK_VIOLATION);
            refusedLate += SqlState.CHECK_VIOLATION.equals(e.getSQLState()) ? 1 : 0;
            return false;
        }
    }

    private void look() throws SQLException {
        for (int i = 0; i < 5; i++) {
            int id = found.get(random.nextInt(found.size()));
            assertThat(lookedFor(any(), rows.get(id))).as(rows.get(id)).containsExactly(id);
        }
    }

    /** Everybody finds every row by its value, and nothing else is there. Call it when {@link #run} has ended. */
    void everyRowIsFound() throws SQLException {
        for (int c = 0; c < clients.size(); c += SHARING) {
            Client client = clients.get(c);
            for (Map.Entry<Integer, String> row : rows.entrySet()) {
                assertThat(lookedFor(client, row.getValue())).as(row.getValue()).containsExactly(row.getKey());
            }
        }
        assertThat(clinic.number("SELECT count(*) FROM patient")).isEqualTo(rows.size());
    }

    private Client any() {
        return clients.get(random.nextInt(clients.size()));
    }

    /**
     * The ids of rows that hold a value, each opened and compared: once more if a row was moved, and the key that it was under
     * retired, after it had been read.
     */
    private static List<Integer> lookedFor(Client client, String value) throws SQLException {
        try {
            return compared(client, value);
        } catch (IntegrityException movedMeanwhile) {
            return compared(client, value);
        }
    }

    private static List<Integer> compared(Client client, String value) throws SQLException {
        List<Integer> ids = new ArrayList<>();
        try (PreparedStatement select = client.connection.prepareStatement(
                "SELECT id, ssn, ssn_index, ssn_next FROM patient WHERE ssn_index = any (?)")) {
            select.setArray(
                    1, client.connection.createArrayOf("bytea", client.index.lookUp(value, Context.noTenant())));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String opened = client.cipher.decrypt(rows.getBytes(2), Context.noTenant());
                    assertThat(opened.replaceAll("\\D", "")).isEqualTo(value.replaceAll("\\D", ""));
                    client.index.verify(rows.getBytes(3), opened, Context.noTenant());
                    client.index.verifyNext(rows.getBytes(4), opened, Context.noTenant());
                    ids.add(rows.getInt(1));
                }
            }
        }
        return ids;
    }

    @Override
    public void close() throws Exception {
        threads.shutdownNow();
        for (Client client : clients) {
            client.connection.close();
        }
        engines.forEach(Tegula::close);
    }
}
