package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldIndex;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.SqlState;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The key of a blind index is replaced beside clients: every look-up finds its row, and UNIQUE holds, at every moment. */
final class IndexRotationTest {

    private static final int ROWS = 600;
    private static final int CLIENTS = 32;
    private static final FieldId SSN = FieldId.of("person.ssn");
    private static final Scope SCOPE = Scope.index(SSN, TenantId.none());

    private LiveLab lab;
    private final List<Tegula> engines = new ArrayList<>();
    private final Set<String> values = ConcurrentHashMap.newKeySet();
    private final AtomicInteger bursts = new AtomicInteger();
    private ExecutorService threads;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start(LiveLab.shortLease());
        threads = Executors.newFixedThreadPool(CLIENTS);
        for (int i = 0; i < 4; i++) {
            engines.add(lab.engine(LiveLab.shortLease(), "app-" + i));
        }
        lab.sql("CREATE TABLE person (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ssn bytea,"
                + " ssn_index bytea UNIQUE, ssn_next bytea UNIQUE)");
        lab.tegula.publish(List.of(LiveLab.column("person.ssn", "person", "ssn", "id")));
        publish(Optional.of("ssn_next"));
        for (int i = 0; i < ROWS; i++) {
            insert(Row.of(lab.tegula, "row-" + i));
            values.add("row-" + i);
        }
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        engines.forEach(Tegula::close);
        lab.close();
    }

    private void publish(Optional<String> next) {
        lab.tegula.publishIndexes(List.of(new IndexColumn(
                "public",
                "person",
                "ssn_index",
                next,
                "",
                256,
                false,
                List.of(new IndexColumn.Part(SSN, Optional.of("ssn"), "tegula.ignore_case", 1)),
                List.of("ssn_index"),
                "test")));
    }

    private static FieldIndex<String> index(Tegula engine) {
        return engine.blindIndex(IndexSpec.of("person.ssn", String.class, new IgnoreCase()));
    }

    /** What a client has computed and may send at any later time. */
    private static final class Row {
        private final byte[] envelope;
        private final byte @Nullable [] index;
        private final byte @Nullable [] next;

        private Row(byte[] envelope, byte @Nullable [] index, byte @Nullable [] next) {
            this.envelope = envelope;
            this.index = index;
            this.next = next;
        }

        static Row of(Tegula engine, String value) {
            FieldCipher<String> cipher = engine.field("person.ssn", String.class);
            FieldIndex<String> index = index(engine);
            BlindIndex next = index.computeNext(value, Context.noTenant());
            BlindIndex now = index.compute(value, Context.noTenant());
            byte[] envelope = cipher.encrypt(value, Context.noTenant());
            return new Row(envelope, now == null ? null : now.bytes(), next == null ? null : next.bytes());
        }
    }

    private void insert(Row row) throws SQLException {
        lab.update("INSERT INTO person (ssn, ssn_index, ssn_next) VALUES (?, ?, ?)", row.envelope, row.index, row.next);
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

    private IndexRotation rotation() {
        KeyringSettings lease = LiveLab.shortLease();
        return new IndexRotation(
                lab.tegula,
                lab.database,
                rows -> {},
                RotationSettings.standard()
                        .withWriteLimit(lease.writeLimit())
                        .withSweep(SweepSettings.standard().withBatchRows(50)),
                List.of());
    }

    private IndexRotationReport rotate(IndexRotationListener listener) {
        return rotation().run(SSN, Set.of(), listener, new RunControl());
    }

    private List<KeyRow> keys(KeyState state) {
        return lab.tegula.registry().all().stream()
                .filter(row -> row.scope().equals(SCOPE) && row.state() == state)
                .toList();
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

    @Test
    void plan_ofAnIndexWithoutANextColumn_isRefusedWithTheStatement() {
        publish(Optional.empty());
        assertThatThrownBy(() -> rotation().plan(SSN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ADD \"ssn_index_next\" bytea UNIQUE");

        publish(Optional.of("ssn_next"));
        lab.sql("ALTER TABLE person DROP CONSTRAINT person_ssn_next_key");
        assertThatThrownBy(() -> rotation().plan(SSN))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("CREATE UNIQUE INDEX");
    }

    @Test
    void rotate_whileRowsHaveNoIndex_isRefused() {
        lab.sql("UPDATE person SET ssn_index = NULL WHERE id = 5");
        assertThatThrownBy(() -> rotate(IndexRotationListener.none()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("tegula index backfill public.person.ssn_index");
        assertThat(keys(KeyState.PENDING)).isEmpty();
    }

    @Test
    void secondKey_madeByHand_isRefused() {
        var lifecycle = lab.tegula.lifecycle(row -> {
            throw new IllegalStateException();
        });
        assertThatThrownBy(() -> lifecycle.create(SCOPE, "main"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("tegula index rotate person.ssn");
        assertThatThrownBy(() -> lifecycle.prepare(SCOPE, "main")).isInstanceOf(RefusedException.class);
    }

    @Test
    void retire_ofTheNewKeyThatAFenceAsksFor_isRefused() {
        assertThatThrownBy(() -> rotate((at, detail) -> {
                    if (at == IndexStep.ACTIVATE) {
                        throw new IllegalStateException("ended here");
                    }
                }))
                .hasMessage("ended here");
        KeyRow pending = keys(KeyState.PENDING).get(0);

        assertThatThrownBy(() -> lab.tegula
                        .lifecycle(new Census(
                                lab.tegula, lab.database, LiveLab.shortLease().writeLimit()))
                        .retire(pending.keyId()))
                .isInstanceOf(KeyInUseException.class);
        assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
    }
}
