package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.TableName;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The trigger that fences a column while readers keep the table from getting its CHECK. */
@Tag("long")
final class FenceTriggerTest extends FenceTriggerLab {

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
            Looks looks = new Looks();
            CompletableFuture<Void> raised =
                    CompletableFuture.runAsync(() -> new Fence(lab.database, Duration.ofMinutes(5))
                            .raise(PATIENT, Map.of("ssn", Set.of(old)), looks.control()));
            looks.awaitMore(20);
            assertThat(raised).isNotDone();
            assertThat(fence().covers(PATIENT, "ssn", old)).isFalse();
            writer.commit();
            raised.get(5, TimeUnit.MINUTES);
        }
        assertThat(fence().kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.TRIGGER);
    }

    /** The second raise would wait for the reader until its patience ends if it did not take what stands. */
    @Test
    @Timeout(300)
    void raise_byARoleThatDoesNotSeeHowOldReadersAre_fencesByTheTriggerToo() throws Exception {
        lab.sql(
                "CREATE ROLE sightless LOGIN",
                "ALTER TABLE patient OWNER TO sightless",
                "GRANT CREATE ON SCHEMA public TO sightless");
        read("patient");
        try (HikariDataSource sightless = lab.as("sightless")) {
            Fence fence = new Fence(sightless, Duration.ofMinutes(1));

            fence.raise(PATIENT, Map.of("ssn", Set.of(old)), hasty());

            assertThat(fence.kind(PATIENT, "ssn")).isEqualTo(Fence.Kind.TRIGGER);

            new Fence(sightless, Duration.ofMinutes(30)).raise(PATIENT, Map.of("ssn", Set.of(old)), hasty());

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

            assertThatThrownBy(() -> fence.raise(PATIENT, Map.of("ssn", Set.of(old)), hasty()))
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

        fence().raise(PATIENT, Map.of("ssn", Set.of(second), "note", Set.of(old)), hasty());

        assertThat(fence().covers(PATIENT, "ssn", old)).isTrue();
        assertThat(fence().covers(PATIENT, "ssn", second)).isTrue();
        assertThat(fence().covers(PATIENT, "note", old)).isTrue();
        assertThat(functions()).isEqualTo(1);
    }

    @Test
    void settle_whenTheReaderIsGone_putsTheCheckInItsPlaceAndDropsTheFunction() throws Exception {
        raiseBesideAReader();
        assertThat(fence().settle(PATIENT)).isFalse();
        assertThat(fence().validate(PATIENT, "ssn", hasty())).isTrue();
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

        assertThat(fence().validate(PATIENT, "ssn", hasty())).isFalse();
    }

    @Test
    void raise_onAPartitionedTable_refusesInEveryPartitionAndInLaterOnes() throws Exception {
        lab.sql(
                "CREATE TABLE visit (id int, ssn bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE visit_one PARTITION OF visit FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE \"Visit two\" (ssn bytea, id int NOT NULL)",
                "ALTER TABLE visit ATTACH PARTITION \"Visit two\" FOR VALUES FROM (100) TO (200)");
        read("visit_one");

        fence().raise(VISIT, Map.of("ssn", Set.of(old)), hasty());
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
        fence().raise(VISIT, Map.of("ssn", Set.of(old)), hasty());
        assertThat(fence().kind(VISIT, "ssn")).isEqualTo(Fence.Kind.CHECK);
        assertThat(triggers() + functions()).isZero();
    }

    @Test
    void raise_onATableThatOthersInheritFrom_refusesInThemToo() throws Exception {
        lab.sql("CREATE TABLE visit (id int, ssn bytea)", "CREATE TABLE visit_old () INHERITS (visit)");
        read("visit");

        fence().raise(VISIT, Map.of("ssn", Set.of(old)), hasty());

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

        fence().raise(odd, Map.of("A 'b' \\ COLUMN", Set.of(old)), hasty());

        assertThat(fence().kind(odd, "A 'b' \\ COLUMN")).isEqualTo(Fence.Kind.TRIGGER);
        assertThatThrownBy(() -> lab.update("INSERT INTO " + quoted + " VALUES (?)", (Object) underOld))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
        reader.rollback();
        lab.sql("ALTER TABLE " + quoted + " RENAME \"A 'b' \\ COLUMN\" TO renamed");
        assertThatThrownBy(() -> lab.update("INSERT INTO " + quoted + " VALUES (?)", (Object) underOld))
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
    }
}
