package dev.tegula.reencrypt;

import static dev.tegula.live.LiveLab.patientColumns;
import static dev.tegula.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.RefusedException;
import dev.tegula.live.LiveLab;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trigger that fences a column while readers keep the table from getting its CHECK. */
final class FenceTriggerTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final TableName PATIENT = new TableName("public", "patient");
    private static final TableName VISIT = new TableName("public", "visit");

    private LiveLab lab;
    private KeyId old;
    private byte[] underOld;
    private Connection reader;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(10);
        old = lab.activeKey(SSN);
        underOld = lab.field("patient.ssn").encrypt("late", Context.noTenant());
        lab.nextKey(SSN);
        lab.update(
                "UPDATE patient SET ssn = ?", (Object) lab.field("patient.ssn").encrypt("new", Context.noTenant()));
        reader = lab.database.getConnection();
        reader.setAutoCommit(false);
    }

    @AfterEach
    void stop() throws Exception {
        reader.close();
        lab.close();
    }

    private Fence fence() {
        return new Fence(lab.database, Duration.ofSeconds(6));
    }

    private void raise() {
        fence().raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl());
    }

    /** A reader that is idle in transaction for longer than whom the fence waits for. */
    private void read(String table) throws SQLException {
        try (Statement statement = reader.createStatement()) {
            statement.execute("SELECT count(*) FROM " + table);
            statement.execute("SELECT pg_sleep(1.1)");
        }
    }

    private void raiseBesideAReader() throws SQLException {
        read("patient");
        raise();
    }

    private long count(String what) {
        return lab.number("SELECT count(*) FROM " + what);
    }

    private long checks() {
        return count("pg_constraint WHERE conname LIKE 'tegula\\_fence\\_%'");
    }

    private long triggers() {
        return count("pg_trigger WHERE tgname LIKE 'tegula\\_fence\\_%'");
    }

    private long functions() {
        return count("pg_proc WHERE proname LIKE 'tegula\\_fence\\_%'");
    }

    private void assertRefused(String... before) {
        assertThatThrownBy(() -> {
                    try (Connection writer = lab.database.getConnection();
                            Statement statement = writer.createStatement()) {
                        writer.setAutoCommit(false);
                        for (String sql : before) {
                            statement.execute(sql);
                        }
                        try (var insert = writer.prepareStatement("INSERT INTO patient (id, ssn) VALUES (100, ?)")) {
                            insert.setBytes(1, underOld);
                            insert.executeUpdate();
                        }
                    }
                })
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("violates check constraint \"tegula_fence_ssn\"")
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
    }

    @Test
    void raise_whileAReaderStays_fencesByATriggerThatRefusesLikeTheCheck() throws Exception {
        raiseBesideAReader();

        assertThat(checks()).isZero();
        assertThat(fence().covers(PATIENT, "ssn", old)).isTrue();
        assertThat(fence().covers(PATIENT, "ssn", lab.activeKey(SSN))).isFalse();
        assertThat(fence().covers(PATIENT, "note", old)).isFalse();
        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.TRIGGER);
        assertRefused();
        assertThatThrownBy(() -> lab.update("UPDATE patient SET ssn = ? WHERE id = 1", (Object) underOld))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
        lab.update("UPDATE patient SET ssn = ? WHERE id = 1", (Object)
                lab.field("patient.ssn").encrypt("good", Context.noTenant()));
        lab.update("UPDATE patient SET ssn = NULL WHERE id = 2");
    }

    @Test
    void raise_byTrigger_isNotGoneRoundByTheReplicaRoleOrALaterTrigger() throws Exception {
        raiseBesideAReader();

        assertRefused("SET LOCAL session_replication_role = replica");

        lab.sql(
                "CREATE TABLE kept (ssn bytea)",
                "CREATE FUNCTION put_back() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN NEW.ssn := (SELECT k.ssn FROM kept k); RETURN NEW; END $$",
                "CREATE TRIGGER zz_put_back BEFORE UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION put_back()");
        lab.update("INSERT INTO kept VALUES (?)", (Object) underOld);
        assertThatThrownBy(() -> lab.update("UPDATE patient SET ssn = NULL WHERE id = 1"))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
    }

    @Test
    void raise_whileAWriterIsOpenBesideTheReader_waitsForTheWriter() throws Exception {
        read("patient");
        try (Connection writer = lab.database.getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("UPDATE patient SET other = 'y' WHERE id = 1");
            CompletableFuture<Void> raised = CompletableFuture.runAsync(this::raise);
            TimeUnit.SECONDS.sleep(3);
            assertThat(raised).isNotDone();
            assertThat(fence().covers(PATIENT, "ssn", old)).isFalse();
            writer.commit();
            raised.get(20, TimeUnit.SECONDS);
        }
        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.TRIGGER);
    }

    /** The second raise would wait for the reader until its patience ends if it did not take what stands. */
    @Test
    @Timeout(60)
    void raise_byARoleThatDoesNotSeeHowOldReadersAre_fencesByTheTriggerToo() throws Exception {
        lab.sql(
                "CREATE ROLE sightless LOGIN",
                "ALTER TABLE patient OWNER TO sightless",
                "GRANT CREATE ON SCHEMA public TO sightless");
        read("patient");
        try (HikariDataSource sightless = lab.as("sightless")) {
            Fence fence = new Fence(sightless, Duration.ofSeconds(6));

            fence.raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl());

            assertThat(fence.kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.TRIGGER);

            new Fence(sightless, Duration.ofMinutes(5)).raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl());

            assertThat(fence.settle(PATIENT)).isFalse();
            assertThat(fence.kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.TRIGGER);
        }
        assertRefused();
    }

    @Test
    void raise_withoutTheRightToMakeAFunction_isBlockedAndSaysWhatIsMissing() throws Exception {
        lab.sql("CREATE ROLE plain LOGIN", "GRANT pg_read_all_stats TO plain", "ALTER TABLE patient OWNER TO plain");
        read("patient");
        try (HikariDataSource plain = lab.as("plain")) {
            Fence fence = new Fence(plain, Duration.ofSeconds(2));

            assertThatThrownBy(() -> fence.raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("has only read")
                    .hasMessageContaining("needs CREATE on the schema public");
        }
        assertThat(triggers() + functions() + checks()).isZero();
    }

    @Test
    void raise_withAnotherKeyBesideAReader_refusesBoth() throws Exception {
        raiseBesideAReader();
        KeyId second = lab.activeKey(SSN);

        fence().raise(PATIENT, Map.of("ssn", Set.of(second), "note", Set.of(old)), new RunControl());

        assertThat(fence().covers(PATIENT, "ssn", old)).isTrue();
        assertThat(fence().covers(PATIENT, "ssn", second)).isTrue();
        assertThat(fence().covers(PATIENT, "note", old)).isTrue();
        assertThat(functions()).isEqualTo(1);
    }

    @Test
    void settle_whenTheReaderIsGone_putsTheCheckInItsPlaceAndDropsTheFunction() throws Exception {
        raiseBesideAReader();
        assertThat(fence().settle(PATIENT)).isFalse();
        assertThat(fence().validate(PATIENT, "ssn", new RunControl())).isTrue();
        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.TRIGGER);

        reader.rollback();

        assertThat(fence().settle(PATIENT)).isTrue();
        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.CHECK);
        assertThat(fence().covers(PATIENT, "ssn", old)).isTrue();
        assertThat(triggers() + functions()).isZero();
        assertRefused();
        assertThat(fence().settle(PATIENT)).isTrue();
    }

    @Test
    void validate_ofATriggerOverValuesUnderTheKey_saysSo() throws Exception {
        lab.update("UPDATE patient SET ssn = ? WHERE id = 7", (Object) underOld);
        raiseBesideAReader();

        assertThat(fence().validate(PATIENT, "ssn", new RunControl())).isFalse();
    }

    @Test
    void raise_onAPartitionedTable_refusesInEveryPartitionAndInLaterOnes() throws Exception {
        lab.sql(
                "CREATE TABLE visit (id int, ssn bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE visit_one PARTITION OF visit FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE \"Visit two\" (ssn bytea, id int NOT NULL)",
                "ALTER TABLE visit ATTACH PARTITION \"Visit two\" FOR VALUES FROM (100) TO (200)");
        read("visit_one");

        fence().raise(VISIT, Map.of("ssn", Set.of(old)), new RunControl());
        lab.sql("CREATE TABLE visit_three PARTITION OF visit FOR VALUES FROM (200) TO (300)");

        assertThat(fence().kind(VISIT, "ssn")).isEqualTo(Fence.Kind.TRIGGER);
        for (String place : List.of("visit", "visit_one", "\"Visit two\"", "visit_three")) {
            int id = place.contains("two") ? 100 : place.contains("three") ? 200 : 0;
            assertThatThrownBy(() ->
                            lab.update("INSERT INTO " + place + " (id, ssn) VALUES (" + id + ", ?)", (Object) underOld))
                    .as(place)
                    .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
        }

        lab.sql("ALTER TABLE \"Visit two\" DISABLE TRIGGER tegula_fence_ssn");
        assertThat(fence().covers(VISIT, "ssn", old)).isFalse();
        reader.rollback();
        fence().raise(VISIT, Map.of("ssn", Set.of(old)), new RunControl());
        assertThat(fence().kind(VISIT, "ssn")).isEqualTo(Fence.Kind.CHECK);
        assertThat(triggers() + functions()).isZero();
    }

    @Test
    void raise_onATableThatOthersInheritFrom_refusesInThemToo() throws Exception {
        lab.sql("CREATE TABLE visit (id int, ssn bytea)", "CREATE TABLE visit_old () INHERITS (visit)");
        read("visit");

        fence().raise(VISIT, Map.of("ssn", Set.of(old)), new RunControl());

        assertThat(fence().covers(VISIT, "ssn", old)).isTrue();
        assertThatThrownBy(() -> lab.update("INSERT INTO visit_old VALUES (1, ?)", (Object) underOld))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
        lab.sql("CREATE TABLE visit_later () INHERITS (visit)");
        assertThat(fence().covers(VISIT, "ssn", old)).isFalse();
    }

    @Test
    void look_atATableWithTheTrigger_findsNoTriggerAndNoForeignCode() throws Exception {
        raiseBesideAReader();
        Preflight.Found found = new Preflight(lab.database).look(patientColumns());

        assertThat(found.findings()).isEmpty();
        assertThat(found.facts(PATIENT).updateTriggers()).isEmpty();

        lab.sql(
                "ALTER TABLE patient DISABLE TRIGGER tegula_fence_ssn",
                "ALTER TABLE patient ENABLE TRIGGER tegula_fence_ssn");
        assertThat(new Preflight(lab.database)
                        .look(patientColumns())
                        .facts(PATIENT)
                        .updateTriggers())
                .containsExactly("tegula_fence_ssn");
    }

    @Test
    void raise_onOddNames_isBelievedAndFollowsTheColumn() throws Exception {
        String table = "NAME \"TABLE\" \\ COLUMN % of a very long table, which fills 63 bytes.";
        String quoted = '"' + table.substring(0, 60).replace("\"", "\"\"") + '"';
        lab.sql("CREATE TABLE " + quoted + " (\"A 'b' \\ COLUMN\" bytea)");
        TableName odd = new TableName("public", table.substring(0, 60));
        read(quoted);

        fence().raise(odd, Map.of("A 'b' \\ COLUMN", Set.of(old)), new RunControl());

        assertThat(fence().kind(odd, "A 'b' \\ COLUMN")).isEqualTo(Fence.Kind.TRIGGER);
        assertThatThrownBy(() -> lab.update("INSERT INTO " + quoted + " VALUES (?)", (Object) underOld))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
        reader.rollback();
        lab.sql("ALTER TABLE " + quoted + " RENAME \"A 'b' \\ COLUMN\" TO renamed");
        assertThatThrownBy(() -> lab.update("INSERT INTO " + quoted + " VALUES (?)", (Object) underOld))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE patient ENABLE TRIGGER tegula_fence_ssn",
                "ALTER TABLE patient ENABLE REPLICA TRIGGER tegula_fence_ssn",
                "ALTER TABLE patient DISABLE TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE TRIGGER tegula_fence_ssn BEFORE INSERT OR UPDATE ON patient FOR EACH ROW WHEN (%s)"
                        + " EXECUTE FUNCTION tegula_fence_patient();;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT ON patient FOR EACH ROW WHEN (%s)"
                        + " EXECUTE FUNCTION tegula_fence_patient();;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT OR UPDATE OF other ON patient FOR EACH ROW WHEN (%s)"
                        + " EXECUTE FUNCTION tegula_fence_patient();;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT OR UPDATE ON patient FOR EACH ROW WHEN (%s AND NEW.id < 0)"
                        + " EXECUTE FUNCTION tegula_fence_patient();;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT OR UPDATE ON patient FOR EACH ROW WHEN (%s)"
                        + " EXECUTE FUNCTION tegula_fence_patient('x');;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE FUNCTION idle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;;"
                        + "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT OR UPDATE ON patient FOR EACH ROW WHEN (%s)"
                        + " EXECUTE FUNCTION idle();;ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE FUNCTION public.substring(bytea, bigint, int) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$ SELECT '\\x00'::bytea $$;;"
                        + "CREATE OR REPLACE TRIGGER tegula_fence_ssn AFTER INSERT OR UPDATE ON patient FOR EACH ROW"
                        + " WHEN (public.substring(NEW.ssn, 3::bigint, 32) = '\\x%i') EXECUTE FUNCTION tegula_fence_patient();;"
                        + "ALTER TABLE patient ENABLE ALWAYS TRIGGER tegula_fence_ssn",
                "CREATE OR REPLACE FUNCTION tegula_fence_patient() RETURNS trigger LANGUAGE plpgsql"
                        + " SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN NULL; END $$",
                "ALTER FUNCTION tegula_fence_patient() SET search_path = public",
                "ALTER FUNCTION tegula_fence_patient() SET log_min_messages = panic",
                "ALTER FUNCTION tegula_fence_patient() SECURITY DEFINER",
                "GRANT CREATE ON SCHEMA public TO forger;;ALTER FUNCTION tegula_fence_patient() OWNER TO forger",
            })
    void covers_ofATriggerThatIsNotOurs_isFalseAndRaiseReplacesIt(String forging) throws Exception {
        lab.sql("DO $$ BEGIN CREATE ROLE forger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        raiseBesideAReader();
        reader.rollback();
        assertThat(fence().covers(PATIENT, "ssn", old)).isTrue();

        String id = old.hex();
        lab.sql(forging.replace("%s", "substring(NEW.ssn from 3 for 32) IN ('\\x" + id + "'::bytea)")
                .replace("%i", id)
                .split(";;"));

        assertThat(fence().covers(PATIENT, "ssn", old)).isFalse();
        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.NONE);
        raise();
        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.CHECK);
        assertThat(triggers()).isZero();
    }

    @Test
    void raise_besideAForgedTriggerAndAReader_replacesItByOurs() throws Exception {
        raiseBesideAReader();
        lab.sql(
                "ALTER TABLE patient ENABLE TRIGGER tegula_fence_ssn",
                "ALTER FUNCTION tegula_fence_patient() SECURITY DEFINER");
        assertThat(fence().covers(PATIENT, "ssn", old)).isFalse();

        raise();

        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.TRIGGER);
        assertRefused("SET LOCAL session_replication_role = replica");
    }

    @Test
    void raise_whereAnotherOwnsTheFunctionOfThatName_isBlockedAndRunsNoneOfTheirs() throws Exception {
        lab.sql(
                "DO $$ BEGIN CREATE ROLE forger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "CREATE ROLE operated LOGIN",
                "GRANT forger, pg_read_all_stats TO operated",
                "GRANT CREATE ON SCHEMA public TO forger",
                "ALTER TABLE patient OWNER TO forger",
                "CREATE FUNCTION tegula_fence_patient() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
                "ALTER FUNCTION tegula_fence_patient() OWNER TO forger");
        read("patient");
        try (HikariDataSource operated = lab.as("operated")) {
            Fence fence = new Fence(operated, Duration.ofSeconds(2));

            assertThatThrownBy(() -> fence.raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("the name tegula_fence_patient for a function of this role");
        }
        assertThat(triggers() + checks()).isZero();
    }
}
