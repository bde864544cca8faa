package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldIndex;
import dev.tegula.Tegula;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.SqlState;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The key of a blind index is replaced beside clients: every look-up finds its row, and UNIQUE holds, at every moment. */
@Tag("long")
final class IndexRotationTest extends IndexRotationLab {

    private static final int CLIENTS = 32;

    private final AtomicInteger bursts = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** As an application does: what a fence refuses is tried again after the leases are dropped. */
    private boolean client(Tegula engine, String value) throws SQLException {
        while (true) {
            try {
                insert(Row.of(engine, value));
                return true;
            } catch (SQLException e) {
                if (SqlState.UNIQUE_VIOLATION.equals(e.getSQLState())) {
                    return false;
                }
                if (!engine.fenced(e)) {
                    throw e;
                }
            }
        }
    }

    /** All clients insert one value at once, as differently as they write it; one wins. Then everybody finds it. */
    private void burst() {
        String value = "burst-" + bursts.incrementAndGet();
        try {
            CountDownLatch go = new CountDownLatch(1);
            List<Future<Boolean>> clients = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                Tegula engine = engines.get(c % engines.size());
                String written = c % 2 == 0 ? value : value.toUpperCase(Locale.ROOT);
                clients.add(threads.submit(() -> {
                    go.await();
                    return client(engine, written);
                }));
            }
            go.countDown();
            int won = 0;
            for (Future<Boolean> client : clients) {
                won += client.get() ? 1 : 0;
            }
            assertThat(won).as(value).isEqualTo(1);
            values.add(value);
        } catch (Exception e) {
            throw new AssertionError(value, e);
        }
    }

    private void everybodyFindsAll() {
        for (Tegula engine : engines) {
            FieldIndex<String> index = index(engine);
            try (Connection connection = lab.database.getConnection();
                    PreparedStatement select = connection.prepareStatement(
                            "SELECT ssn, ssn_index, ssn_next FROM person WHERE ssn_index = any (?)")) {
                for (String value : values) {
                    select.setArray(1, connection.createArrayOf("bytea", index.lookUp(value, Context.noTenant())));
                    try (ResultSet rows = select.executeQuery()) {
                        assertThat(rows.next()).as(value).isTrue();
                        String found =
                                engine.field("person.ssn", String.class).decrypt(rows.getBytes(1), Context.noTenant());
                        assertThat(found).isEqualToIgnoringCase(value);
                        index.verify(rows.getBytes(2), found, Context.noTenant());
                        index.verifyNext(rows.getBytes(3), found, Context.noTenant());
                        assertThat(rows.next()).isFalse();
                    }
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void rotate_besideClients_keepsUniqueAndLookUpsInEveryPhase_twice() {
        Map<IndexStep, Integer> seen = new EnumMap<>(IndexStep.class);
        for (int round = 1; round <= 2; round++) {
            IndexRotationReport report = rotate((step, detail) -> {
                seen.merge(step, 1, Integer::sum);
                burst();
                everybodyFindsAll();
            });
            burst();
            everybodyFindsAll();

            assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
            assertThat(report.left()).isEmpty();
            assertThat(keys(KeyState.ACTIVE)).extracting(KeyRow::version).containsExactly(round + 1);
            assertThat(keys(KeyState.RETIRED)).hasSize(round);
            assertThat(keys(KeyState.DECRYPT_ONLY)).isEmpty();
        }
        assertThat(seen).containsOnlyKeys(IndexStep.values());
        assertThat(seen.values()).containsOnly(2);
        assertThat(lab.number("SELECT count(*) FROM person WHERE ssn_index = substring(ssn_next from 33)"))
                .isEqualTo(ROWS + bursts.get());
    }

    @Test
    void rotate_besideClientsThatNeverPause_keepsUniqueAndLookUps() throws Exception {
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try {
            Future<IndexRotationReport> running = beside.submit(() -> rotate(IndexRotationListener.none()));
            while (!running.isDone()) {
                burst();
            }
            assertThat(running.get().outcome()).isEqualTo(RotationOutcome.DONE);
        } finally {
            beside.shutdownNow();
        }
        everybodyFindsAll();
        assertThat(lab.number("SELECT count(*) FROM person")).isEqualTo(ROWS + bursts.get());
    }

    /** Who comes second joins, or is told to run it again; nobody takes a fence of the other away. */
    @Test
    void rotate_byOperatorsAtOnce_keepsUniqueAndLookUps() throws Exception {
        ExecutorService operators = Executors.newFixedThreadPool(3);
        try {
            List<Future<IndexRotationReport>> running = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                running.add(operators.submit(() -> rotate(IndexRotationListener.none())));
            }
            while (!running.stream().allMatch(Future::isDone)) {
                burst();
            }
            for (Future<IndexRotationReport> one : running) {
                try {
                    assertThat(one.get().outcome()).isIn(RotationOutcome.DONE, RotationOutcome.PARTIAL);
                } catch (ExecutionException e) {
                    assertThat(e.getCause())
                            .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.code())
                                    .isIn("job-stale", "conflict", "state"));
                }
            }
        } finally {
            operators.shutdownNow();
        }
        assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
        everybodyFindsAll();
        assertThat(lab.number("SELECT count(*) FROM person")).isEqualTo(ROWS + bursts.get());
    }

    @Test
    void rowsComputedBefore_andSentLater_areRefusedByTheFences() throws Exception {
        Row first = Row.of(engines.get(0), "row-1");
        List<Row> late = new ArrayList<>(List.of(first));
        IndexRotationReport report = rotate((step, detail) -> {
            if (step == IndexStep.FILL) {
                late.add(Row.of(engines.get(1), "row-1"));
            }
            if (step.compareTo(IndexStep.ACTIVATE) >= 0) {
                assertRefused(first);
            }
        });

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(late).hasSize(2);
        assertThat(late.get(0).next).as("knew the first key alone").isNull();
        late.forEach(this::assertRefused);
        assertThat(lab.number("SELECT count(*) FROM person")).isEqualTo(ROWS);
    }

    /** Where the fences of a rotation make way for those of the next, nothing that is older than both comes in. */
    @Test
    void rowsComputedBeforeARotation_andSentDuringTheNext_areRefusedAtEveryStep() throws Exception {
        List<Row> late = new ArrayList<>(List.of(Row.of(engines.get(0), "row-1")));
        rotate((step, detail) -> {
            if (step == IndexStep.FILL) {
                late.add(Row.of(engines.get(1), "row-1"));
            }
        });
        late.forEach(this::assertRefused);
        Set<IndexStep> steps = EnumSet.noneOf(IndexStep.class);

        for (IndexStep stopped : List.of(IndexStep.WAIT, IndexStep.RETIRE)) {
            RunControl control = new RunControl();
            rotation()
                    .run(
                            SSN,
                            Set.of(),
                            (step, detail) -> {
                                steps.add(step);
                                late.forEach(this::assertRefused);
                                burst();
                                if (step == stopped) {
                                    control.stop();
                                }
                            },
                            control);
        }

        assertThat(steps).containsOnly(IndexStep.values());
        everybodyFindsAll();
        assertThat(keys(KeyState.RETIRED)).hasSize(2);
    }

    /**
     * Else a report that began before would say that somebody changed every row of it. One that has read the table holds up the
     * fences; one that has not reads it as it was.
     */
    @Test
    void rowsReadByATransactionFromBefore_areRightForItsReaderAndNotForTheTool() throws Exception {
        Tegula reader = engines.get(0);
        FieldIndex<String> index = index(reader);
        try (Connection connection = lab.database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT ssn, ssn_index, ssn_next FROM person ORDER BY id LIMIT 3")) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement snapshot = connection.createStatement()) {
                snapshot.execute("SELECT 1");
            }
            assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
            reader.keyring().dropLeases();

            List<byte[]> stored = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String value =
                            reader.field("person.ssn", String.class).decrypt(rows.getBytes(1), Context.noTenant());
                    stored.add(rows.getBytes(2));
                    index.verify(rows.getBytes(2), value, Context.noTenant());
                    index.verifyNext(rows.getBytes(3), value, Context.noTenant());
                    assertThatThrownBy(() -> index.verifyLive(stored.get(stored.size() - 1), value, Context.noTenant()))
                            .isInstanceOf(IntegrityException.class);
                }
            }
            connection.rollback();
            assertThat(stored).hasSize(3);
            assertThatThrownBy(() -> index.verify(stored.get(1), "row-0", Context.noTenant()))
                    .isInstanceOf(IntegrityException.class);
        }
        KeyRow old = keys(KeyState.RETIRED).get(0);
        assertThat(index.lookUp("row-0", Context.noTenant()).length).isEqualTo(1);
        assertThat(old.version()).isEqualTo(1);
    }

    /** Of rows of one value that clients computed in different phases, and sent in any order in any later one, one wins. */
    @Test
    void rowsComputedInEveryPhase_andSentInEachLaterOne_oneOfAValueWins() {
        Map<String, List<Row>> contested = new HashMap<>();
        compute(contested);

        IndexRotationReport report = rotate((step, detail) -> {
            compute(contested);
            List<Row> oldestFirst = contested.getOrDefault("oldest " + step, List.of());
            List<Row> newestFirst = new ArrayList<>(contested.getOrDefault("newest " + step, List.of()));
            Collections.reverse(newestFirst);
            assertThat(oldestFirst.stream().filter(this::wins)).as("%s", step).hasSize(1);
            assertThat(newestFirst.stream().filter(this::wins)).as("%s", step).hasSize(1);
            values.add("oldest " + step);
            values.add("newest " + step);
        });

        assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
        everybodyFindsAll();
        assertThat(lab.number("SELECT count(*) FROM person")).isEqualTo(values.size());
    }

    private void compute(Map<String, List<Row>> contested) {
        Tegula engine = engines.get(0);
        engine.keyring().forget();
        for (IndexStep step : IndexStep.values()) {
            for (String value : List.of("oldest " + step, "newest " + step)) {
                contested.computeIfAbsent(value, v -> new ArrayList<>()).add(Row.of(engine, value));
            }
        }
    }

    private boolean wins(Row row) {
        try {
            insert(row);
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isIn(SqlState.UNIQUE_VIOLATION, SqlState.CHECK_VIOLATION);
            return false;
        }
    }

    /** A CHECK is looked at before a UNIQUE, so this is the fence's answer. */
    private void assertRefused(Row row) {
        assertThatThrownBy(() -> insert(row))
                .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                        .isEqualTo(SqlState.CHECK_VIOLATION));
    }

    @Test
    void rotate_stoppedAtEachStep_isResumedByTheNextRun() {
        for (IndexStep step : IndexStep.values()) {
            RunControl control = new RunControl();
            rotation()
                    .run(
                            SSN,
                            Set.of(),
                            (at, detail) -> {
                                if (at == step) {
                                    control.stop();
                                }
                            },
                            control);
            burst();
            everybodyFindsAll();
        }

        assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
        everybodyFindsAll();
    }
}
