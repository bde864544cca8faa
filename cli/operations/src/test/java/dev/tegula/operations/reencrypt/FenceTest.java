package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
final class FenceTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final TableName PATIENT = new TableName("public", "patient");

    private LiveLab lab;
    private KeyId old;
    private byte[] underOld;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(10);
        old = lab.activeKey(SSN);
        underOld = lab.field("patient.ssn").encrypt("late", Context.noTenant());
        lab.nextKey(SSN);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private void insert(Connection connection, int id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO patient (id, ssn) VALUES (?, ?)")) {
            insert.setInt(1, id);
            insert.setBytes(2, underOld);
            insert.executeUpdate();
        }
    }

    private Fence fence(long patienceMillis) {
        return new Fence(lab.database, Duration.ofMillis(patienceMillis));
    }

    @Test
    void raise_whileATransactionIsOpen_waitsForItAndThenRefusesLateWrites() throws Exception {
        try (Connection application = lab.database.getConnection()) {
            application.setAutoCommit(false);
            insert(application, 100);
            Looks looks = new Looks();
            CompletableFuture<Void> raised = CompletableFuture.runAsync(
                    () -> fence(300_000).raise(PATIENT, Map.of("ssn", Set.of(old)), looks.control()));
            looks.awaitMore(20);
            assertThat(raised).isNotDone();
            assertThat(fence(0).covers(PATIENT, "ssn", old)).isFalse();

            application.commit();
            raised.get(5, TimeUnit.MINUTES);

            assertThatThrownBy(() -> insert(application, 101))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("tegula_fence_ssn")
                    .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
            application.rollback();
        }
        assertThat(lab.number("SELECT count(*) FROM patient WHERE id >= 100")).isEqualTo(1);
        assertThat(fence(5_000).validate(PATIENT, "ssn", new RunControl())).isFalse();
    }

    @Test
    void raise_whileATransactionStaysOpen_letsReadersThroughAndNamesTheHolder() throws Exception {
        try (Connection application = lab.database.getConnection();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("SET LOCAL application_name = 'slow-report'");
            insert(application, 100);
            CompletableFuture<Void> raised = CompletableFuture.runAsync(
                    () -> fence(2_500).raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl()));
            // Not for how long a busy machine takes, but for how long it waits for a lock.
            while (!raised.isDone()) {
                lab.sql("SET lock_timeout = '2s'", "SELECT count(*) FROM patient WHERE id = 1", "RESET lock_timeout");
            }

            assertThatThrownBy(raised::join)
                    .hasCauseInstanceOf(RefusedException.class)
                    .hasMessageContaining("slow-report")
                    .hasMessageContaining("Gave up fencing public.patient: transactions hold the table (pid ")
                    .hasMessageNotContaining("stays done");
            application.rollback();
        }
    }

    /** Counts the times that a table was to be altered, also in transactions that were rolled back. */
    private void countAsks() {
        lab.sql(
                "CREATE SEQUENCE asks",
                "CREATE FUNCTION asked() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('public.asks'); END $$",
                "CREATE EVENT TRIGGER asked ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION asked()");
    }

    private boolean asked() {
        return lab.text("SELECT is_called FROM asks").equals("t");
    }

    @Test
    void raise_whileAReaderStays_asksForNoLockBeforeItLeft() throws Exception {
        countAsks();
        try (Connection reader = lab.database.getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SET LOCAL application_name = 'nightly-report'");
            statement.execute("SELECT count(*) FROM patient");
            statement.execute("SELECT pg_sleep(1.1)");

            assertThatThrownBy(() -> fence(300).raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(
                            "(user postgres, nightly-report, idle in transaction, has only read), open for ")
                    .hasMessageContaining("pg_terminate_backend");

            assertThat(asked()).isFalse();
            reader.rollback();
        }
        fence(5_000).raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl());
        assertThat(asked()).isTrue();
        assertThat(fence(0).covers(PATIENT, "ssn", old)).isTrue();
    }

    @Test
    void raise_byARoleThatSeesNoStateOfOthers_saysSoAndNamesThePid() throws Exception {
        lab.sql("CREATE ROLE blind LOGIN", "ALTER TABLE patient OWNER TO blind");
        try (Connection reader = lab.database.getConnection();
                Statement statement = reader.createStatement();
                HikariDataSource blind = lab.as("blind")) {
            reader.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM patient");
            Fence fence = new Fence(blind, Duration.ofMillis(100));

            assertThatThrownBy(() -> fence.raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("pid ")
                    .hasMessageContaining("state not shown to this role, has only read");
            reader.rollback();
        }
    }

    @Test
    void raise_whileAReaderOfOnePartitionStays_asksForNoLockAndNamesIt() throws Exception {
        lab.sql(
                "CREATE TABLE visit (id int, ssn bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE visit_one PARTITION OF visit FOR VALUES FROM (0) TO (100)");
        countAsks();
        try (Connection reader = lab.database.getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SET LOCAL application_name = 'one-partition'");
            statement.execute("SELECT count(*) FROM visit_one");
            statement.execute("SELECT pg_sleep(1.1)");
            TableName visit = new TableName("public", "visit");

            assertThatThrownBy(() -> fence(300).raise(visit, Map.of("ssn", Set.of(old)), new RunControl()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("one-partition");

            assertThat(asked()).isFalse();
            reader.rollback();
        }
    }

    @Test
    void raise_whileAPreparedTransactionIsOutstanding_isBlocked() throws Exception {
        try (Connection application = lab.database.getConnection();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            insert(application, 100);
            statement.execute("PREPARE TRANSACTION 'late'");
            application.setAutoCommit(true);

            assertThatThrownBy(() -> fence(700).raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(
                            "the prepared transaction 'late'; COMMIT PREPARED or ROLLBACK PREPARED ends it")
                    .hasMessageNotContaining("pg_terminate_backend");

            statement.execute("ROLLBACK PREPARED 'late'");
        }
        fence(5_000).raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl());
        assertThat(fence(0).covers(PATIENT, "ssn", old)).isTrue();
    }

    @Test
    void raise_againWithAnotherKey_fencesBothInOneConstraint() {
        KeyId second = lab.activeKey(SSN);
        fence(5_000).raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl());

        fence(5_000).raise(PATIENT, Map.of("ssn", Set.of(second), "note", Set.of(old)), new RunControl());
        fence(5_000).raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl());

        assertThat(fence(0).covers(PATIENT, "ssn", old)).isTrue();
        assertThat(fence(0).covers(PATIENT, "ssn", second)).isTrue();
        assertThat(fence(0).covers(PATIENT, "note", old)).isTrue();
        assertThat(fence(0).covers(PATIENT, "note", second)).isFalse();
        assertThat(lab.number("SELECT count(*) FROM pg_constraint WHERE conname LIKE 'tegula\\_fence\\_%'"))
                .isEqualTo(2);
    }

    @Test
    void raise_onColumnWithALongName_fitsTheConstraintName() {
        String column = "a_very_long_column_name_that_is_just_under_the_limit_of_63_bytes";
        lab.sql("ALTER TABLE patient ADD " + column + " bytea");
        String stored = lab.text("SELECT attname FROM pg_attribute WHERE attname LIKE 'a_very_long%'");

        fence(5_000).raise(PATIENT, Map.of(stored, Set.of(old)), new RunControl());

        assertThat(fence(0).covers(PATIENT, stored, old)).isTrue();
        assertThat(lab.text("SELECT conname FROM pg_constraint WHERE conname LIKE 'tegula\\_fence\\_%'"))
                .hasSizeLessThanOrEqualTo(63)
                .startsWith("tegula_fence_a_very_long");
    }

    @Test
    void attach_toAFencedTable_needsTheCheckOfTheParent() {
        TableName visit = new TableName("public", "visit");
        lab.sql(
                "CREATE TABLE visit (id int, ssn bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE visit_one PARTITION OF visit FOR VALUES FROM (0) TO (100)");
        fence(20_000).raise(visit, Map.of("ssn", Set.of(old)), new RunControl());
        lab.sql("CREATE TABLE bare (id int, ssn bytea)", "CREATE TABLE alike (LIKE visit INCLUDING CONSTRAINTS)");

        assertThatThrownBy(() -> lab.sql("ALTER TABLE visit ATTACH PARTITION bare FOR VALUES FROM (100) TO (200)"))
                .hasStackTraceContaining("child table is missing constraint");
        lab.sql(
                "ALTER TABLE visit ATTACH PARTITION alike FOR VALUES FROM (200) TO (300)",
                "ALTER TABLE visit DETACH PARTITION visit_one");
        fence(20_000).raise(visit, Map.of("ssn", Set.of(lab.activeKey(SSN))), new RunControl());
        String attach = "ALTER TABLE visit ATTACH PARTITION visit_one FOR VALUES FROM (0) TO (100)";
        assertThatThrownBy(() -> lab.sql(attach)).hasStackTraceContaining("different definition");

        lab.sql(
                "DO $$ BEGIN EXECUTE (SELECT 'ALTER TABLE visit_one DROP CONSTRAINT tegula_fence_ssn, ADD CONSTRAINT"
                        + " tegula_fence_ssn ' || replace(pg_get_constraintdef(oid), ' NOT VALID', '') FROM pg_constraint"
                        + " WHERE conname = 'tegula_fence_ssn' AND conrelid = 'visit'::regclass); END $$",
                attach);
        assertThat(fence(0).covers(visit, "ssn", old)).isTrue();
        assertThatThrownBy(() -> lab.update("INSERT INTO visit_one VALUES (1, ?)", (Object) underOld))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
    }
}
