package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.value.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How tables that are too large to be read for a plan are cut. A third of the rows has a value to move. */
@Tag("long")
final class TableDivisionTest {

    private static final Scope FIELD = scope("big.value");
    private static final int ROWS = 240_000;
    private static final int RANGES = 16;
    /** Else what was written is counted a while later, by the session that wrote. */
    private static final String COUNTED = "SELECT pg_stat_force_next_flush()";

    private LiveLab lab;
    private KeyId old;
    private KeyId fresh;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void start() {
        lab = LiveLab.start();
        lab.field("big.value").encrypt("makes the key", Context.noTenant());
        old = lab.activeKey(FIELD);
        fresh = lab.nextKey(FIELD).keyId();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private void fill(String create, String keys) {
        lab.sql(
                create,
                "INSERT INTO big SELECT " + keys + ", CASE WHEN g % 3 = 0 THEN '\\x0100" + old.hex()
                        + "'::bytea || decode(repeat('ab', 60), 'hex') END FROM generate_series(1, " + ROWS + ") g",
                COUNTED,
                "SELECT 1");
    }

    private Job plan(String... keys) {
        EncryptedColumn column = new EncryptedColumn(
                FieldId.of("big.value"),
                "public",
                "big",
                "value",
                List.of(keys),
                false,
                Optional.empty(),
                Mode.FIELD,
                ValueType.STRING,
                false,
                "lab");
        return lab.reencryption(SweepSettings.standard())
                .plan(
                        new JobSpec(
                                new TableName("public", "big"),
                                List.of(column),
                                List.of(move(FIELD, fresh, old)),
                                RANGES),
                        said::add);
    }

    private void assertSaid(String way) {
        assertThat(said)
                .singleElement()
                .asString()
                .matches("public.big: about [\\d,]+ values, by a sample; " + RANGES + " ranges .*")
                .contains(way);
    }

    /** Rows in each range, as a worker would find them. */
    private long[] rowsOf(Job job, String key, String cast) {
        assertThat(job.ranges()).isEqualTo(RANGES);
        return IntStream.range(0, RANGES)
                .mapToLong(i -> lab.number("SELECT count(*) FROM big, tegula_range r WHERE r.job = '" + job.id()
                        + "' AND r.idx = " + i + " AND (r.lo IS NULL OR " + key + " > " + cast.replace("@", "r.lo")
                        + ") AND (r.hi IS NULL OR " + key + " <= " + cast.replace("@", "r.hi") + ")"))
                .toArray();
    }

    private static void assertEven(long[] rows) {
        assertThat(Arrays.stream(rows).sum()).isEqualTo(ROWS);
        Arrays.stream(rows).forEach(range -> assertThat(range).isBetween(ROWS / RANGES / 2L, ROWS / RANGES * 2L));
    }

    private void assertEstimated(Job job) {
        assertThat(job.total()).isBetween(ROWS / 3 * 8 / 10L, ROWS / 3 * 12 / 10L);
        assertThat(job.estimated()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "bigint | g | (@)[1]::bigint",
                "bigint | g::bigint * g * g | (@)[1]::bigint",
                "uuid | gen_random_uuid() | (@)[1]::uuid",
                "text | md5(g::text) | (@)[1]"
            })
    void plan_withStatistics_cutsByTheHistogram(String type, String key, String cast) {
        fill("CREATE TABLE big (id " + type + " PRIMARY KEY, value bytea)", key);
        lab.sql("ANALYZE big");

        Job job = plan("id");

        assertEven(rowsOf(job, "id", cast));
        assertEstimated(job);
        assertSaid("by the planner's histogram of its key");
        assertThat(lab.number("SELECT count(*) FROM tegula_range r, pg_stats s WHERE r.job = '" + job.id()
                        + "' AND s.tablename = 'big' AND s.attname = 'id'"
                        + " AND r.hi[1] = ANY (s.histogram_bounds::text::text[])"))
                .isEqualTo(RANGES - 1);
    }

    @Test
    void plan_withoutStatistics_cutsBySample() {
        // As large as nobody can overlook who knows its size alone.
        fill(
                "CREATE TABLE big (id bigint PRIMARY KEY, value bytea, wide text DEFAULT repeat('w', 250))"
                        + " WITH (autovacuum_enabled = off)",
                "g");

        Job job = plan("id");

        assertEven(rowsOf(job, "id", "(@)[1]::bigint"));
        assertSaid(
                "by a sample of its blocks, because the planner has no histogram of id: it was never analyzed; `ANALYZE"
                        + " \"public\".\"big\"`");
    }

    @Test
    void plan_ofASmallTable_countsAndSaysNothing() {
        fill("CREATE TABLE big (id bigint PRIMARY KEY, value bytea)", "g");
        lab.sql("DELETE FROM big WHERE id > 60000", "VACUUM FULL big", "ANALYZE big");

        Job job = plan("id");

        assertThat(job.total()).isEqualTo(20_000);
        assertThat(job.estimated()).isFalse();
        assertThat(said).isEmpty();
    }

    @Test
    void plan_ofATableThatIsAlmostEmpty_readsItAndSaysWhy() {
        fill("CREATE TABLE big (id bigint PRIMARY KEY, value bytea) WITH (autovacuum_enabled = off)", "g");
        lab.sql("ANALYZE big", "DELETE FROM big");

        plan("id");

        assertThat(said)
                .singleElement()
                .asString()
                .contains("read as a whole, because a sample of its blocks held no row")
                .contains("`ANALYZE \"public\".\"big\"`");
    }

    @Test
    void plan_statisticsBeforeManyInserts_areNotBelieved() {
        fill("CREATE TABLE big (id bigint PRIMARY KEY, value bytea) WITH (autovacuum_enabled = off)", "g");
        lab.sql(
                "DELETE FROM big WHERE id > 205000",
                "VACUUM ANALYZE big",
                "INSERT INTO big SELECT g FROM generate_series(205001, " + ROWS + ") g",
                COUNTED,
                "SELECT 1");

        assertEven(rowsOf(plan("id"), "id", "(@)[1]::bigint"));
        assertSaid("000 rows were changed since it was analyzed; `ANALYZE");
    }

    @Test
    void plan_oneTenantWithHalfOfTheRows_isCutWithinIt() {
        fill(
                "CREATE TABLE big (tenant text, id uuid, value bytea, PRIMARY KEY (tenant, id))",
                "CASE WHEN g % 2 = 0 THEN 'large' ELSE 't' || g % 50 END, gen_random_uuid()");
        lab.sql("ANALYZE big");

        Job job = plan("tenant", "id");

        assertEven(rowsOf(job, "(tenant, id)", "((@)[1], (@)[2]::uuid)"));
        assertSaid("because its key has several columns");
        assertEstimated(job);
    }

    @Test
    void plan_partitions_areCutTogether() {
        lab.sql(
                "CREATE TABLE big (id bigint PRIMARY KEY, value bytea) PARTITION BY RANGE (id)",
                "CREATE TABLE big_low PARTITION OF big FOR VALUES FROM (MINVALUE) TO (100000)");
        fill("CREATE TABLE big_high PARTITION OF big FOR VALUES FROM (100000) TO (MAXVALUE)", "g");
        lab.sql("ANALYZE big");

        Job job = plan("id");

        assertEven(rowsOf(job, "id", "(@)[1]::bigint"));
        assertEstimated(job);
        assertSaid("because it has partitions");
    }
}
