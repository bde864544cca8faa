package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.operations.live.Eventually;
import dev.tegula.operations.live.LiveLab;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dry run says of indexes and of room in pages, by what a real server knows of them. */
final class UpdateAdviceTest {

    private static final String ROWS =
            "INSERT INTO patient SELECT i, decode(repeat('01', 100), 'hex'), 'x' FROM" + " generate_series(1, 20000) i";

    private LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start();
        lab.sql("CREATE TABLE patient (id bigint PRIMARY KEY, ssn bytea, other text)", ROWS, "VACUUM ANALYZE patient");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private List<UpdateAdvice> advice() {
        return new Preflight(lab.database)
                .look(List.of(column("patient.ssn", "patient", "ssn", "id")))
                .advice();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE INDEX found ON patient (ssn)",
                "CREATE INDEX found ON patient (other) INCLUDE (ssn)",
                "CREATE INDEX found ON patient (octet_length(ssn))",
                "CREATE INDEX found ON patient (other) WHERE ssn IS NOT NULL",
                "CREATE INDEX found ON patient USING hash (ssn)"
            })
    void look_indexOnAnEncryptedColumn_isNamed(String sql) {
        lab.sql("ALTER TABLE patient SET (fillfactor = 50)", sql);

        assertThat(advice()).singleElement().satisfies(one -> {
            assertThat(one.indexes()).containsExactly("found");
            assertThat(one.fillfactor()).isEqualTo(50);
            assertThat(one.message())
                    .startsWith("public.patient: found stands on columns that are moved")
                    .contains("all 2 indexes of the table");
        });
        lab.sql("DROP INDEX found");
        assertThat(advice()).isEmpty();
    }

    /** A constraint depends on the column, and its index only on the constraint. */
    @Test
    void look_uniqueConstraintOnAnEncryptedColumn_isNamed() {
        lab.sql("UPDATE patient SET ssn = decode(to_char(id, 'FM00000000'), 'hex')");
        lab.sql("ALTER TABLE patient ADD CONSTRAINT found UNIQUE (ssn)");
        assertThat(advice()).singleElement().satisfies(one -> assertThat(one.indexes())
                .containsExactly("found"));
    }

    @Test
    void look_indexThatNoEncryptedColumnIsIn_isNotNamed() {
        lab.sql(
                "ALTER TABLE patient SET (fillfactor = 90)",
                "CREATE INDEX other ON patient (other)",
                "CREATE INDEX brin ON patient USING brin (ssn bytea_minmax_ops)");
        assertThat(advice()).isEmpty();
    }

    @Test
    void look_fullPages_areToldWithTheStatementThatLeavesRoom() {
        UpdateAdvice full = advice().get(0);
        assertThat(full.indexes()).isEmpty();
        assertThat(full.fillfactor()).isEqualTo(100);
        assertThat(full.message())
                .contains("filled to 100 %, and none was updated so far", "writes the index of the table");

        lab.sql(statement(full));

        assertThat(advice()).isEmpty();
    }

    @Test
    void look_updatesThatFoundNoRoom_areCounted() {
        update("UPDATE patient SET other = 'y'");

        UpdateAdvice full = advice().get(0);

        assertThat(full.updates()).isEqualTo(20_000);
        assertThat(full.hotUpdates()).isLessThan(1_000);
        assertThat(full.message()).containsPattern("of the updates so far [0-4] % found room");
    }

    /**
     * Whatever the fillfactor says: rows were deleted here, and what was updated since stayed in its page, but for the few
     * pages that somebody else looked at while VACUUM went by.
     */
    @Test
    void look_updatesThatFoundRoom_nothingIsSaid() {
        lab.sql("INSERT INTO patient SELECT i, '', 'x' FROM generate_series(20001, 40000) i");
        assertThat(advice()).isNotEmpty();
        lab.sql("DELETE FROM patient WHERE id % 2 = 0");
        // VACUUM keeps what a transaction from before may see, such as the engine's when it looks at its registry.
        Eventually.isTrue(
                "nobody sees the deleted rows",
                () -> lab.number(
                                "SELECT count(*) FROM pg_stat_activity"
                                        + " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL")
                        == 0);
        lab.sql("VACUUM ANALYZE patient");
        update("UPDATE patient SET other = 'y' WHERE id < 2000");

        assertThat(lab.number("SELECT reltuples::int8 FROM pg_class WHERE relname = 'patient'"))
                .isGreaterThan(UpdateAdvice.LEAST_ROWS);
        assertThat(lab.number("SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'patient'"))
                .isBetween(500L, 1_000L);
        assertThat(advice()).isEmpty();
    }

    @Test
    void look_smallTable_nothingIsSaid() {
        lab.sql("DELETE FROM patient WHERE id > 9000", "VACUUM ANALYZE patient", "CREATE INDEX found ON patient (ssn)");
        assertThat(advice()).isEmpty();
    }

    /** A partitioned table has no pages of its own, and PostgreSQL takes no fillfactor for it. */
    @Test
    void look_fullPagesOfPartitions_areToldOfThose() {
        lab.sql(
                "DROP TABLE patient",
                "CREATE TABLE patient (id bigint PRIMARY KEY, ssn bytea, other text) PARTITION BY HASH (id)",
                "CREATE TABLE p0 PARTITION OF patient FOR VALUES WITH (MODULUS 2, REMAINDER 0) WITH (fillfactor = 80)",
                "CREATE TABLE p1 PARTITION OF patient FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                ROWS,
                "VACUUM ANALYZE patient");
        assertThat(advice()).singleElement().satisfies(one -> {
            assertThat(one.fillfactor()).isEqualTo(100);
            assertThat(one.message()).contains("ALTER TABLE of each partition SET (fillfactor = 90)");
        });
        lab.sql("ALTER TABLE p1 SET (fillfactor = 90)");
        assertThat(advice()).isEmpty();
    }

    /** With the statistics of the server as they are after it. */
    private void update(String sql) {
        lab.sql(sql, "SELECT pg_stat_force_next_flush()", "SELECT 1");
    }

    private static String statement(UpdateAdvice advice) {
        Matcher statement =
                Pattern.compile("ALTER TABLE .* SET \\(fillfactor = 90\\)").matcher(advice.message());
        assertThat(statement.find()).isTrue();
        return statement.group();
    }
}
