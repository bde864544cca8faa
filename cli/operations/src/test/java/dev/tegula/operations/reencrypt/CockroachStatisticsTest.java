package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Histograms as CockroachDB's documentation and its own support bundles print them; read from a server only where {@code
 * TEGULA_TEST_COCKROACH_URL} names one.
 */
final class CockroachStatisticsTest {

    /** Buckets of five rows, one of them at its upper bound, as a bundle of a table of 1,000 has them; older and partial ones beside. */
    private static String recorded() {
        List<String> buckets = new ArrayList<>();
        buckets.add(bucket("1", 0));
        for (int upper = 6; upper <= 1_000; upper += 5) {
            buckets.add(bucket(String.valueOf(upper), 4));
        }
        return "[{\"columns\":[\"id\"],\"created_at\":\"2021-04-30 21:09:56.854553\",\"distinct_count\":3,\"null_count\":0,"
                + "\"row_count\":3,\"name\":\"__auto__\",\"histo_buckets\":[" + bucket("9", 2) + "]},"
                + "{\"columns\":[\"id\"],\"created_at\":\"2021-06-23 22:17:16.83267\",\"distinct_count\":1000,\"histo_buckets\":["
                + String.join(",", buckets)
                + "],\"histo_col_type\":\"INT8\",\"name\":\"__auto__\",\"null_count\":0,\"row_count\":1000},"
                + "{\"columns\":[\"id\"],\"created_at\":\"2031-01-01 00:00:00\",\"row_count\":7,\"name\":\"__forecast__\","
                + "\"histo_buckets\":[]},"
                + "{\"columns\":[\"id\",\"ssn\"],\"created_at\":\"2021-06-23 22:17:16.83267\",\"row_count\":1000,\"null_count\":0},"
                + "{\"columns\":[\"ssn\"],\"created_at\":\"2021-06-23 22:17:16.83267\",\"row_count\":1000,\"null_count\":400,"
                + "\"name\":\"__auto__\"}]";
    }

    private static String bucket(String upper, int range) {
        return "{\"distinct_range\":4.001649868807625,\"num_eq\":1,\"num_range\":" + range + ",\"upper_bound\":\""
                + upper + "\"}";
    }

    @Test
    void of_whatABundleHolds_isTheNewestOfTheWholeTable() {
        CockroachStatistics found = CockroachStatistics.of(recorded(), "id").orElseThrow();

        assertThat(found.rows()).isEqualTo(1_000);
        assertThat(found.values(List.of("ssn"))).isEqualTo(600);
        assertThat(found.values(List.of("ssn", "note"))).isEqualTo(1_600);
        assertThat(found.buckets()).hasSize(200).contains(new CockroachStatistics.Bucket("6", 5));
    }

    @Test
    void bounds_ofRanges_areWithinTwiceOfEqual() {
        CockroachStatistics found = CockroachStatistics.of(recorded(), "id").orElseThrow();

        List<String> bounds = found.bounds(16);

        assertThat(bounds).hasSize(15).doesNotHaveDuplicates();
        long before = 0;
        for (String bound : bounds) {
            assertThat(Long.parseLong(bound) - before).isBetween(1_000 / 32L, 1_000 / 8L);
            before = Long.parseLong(bound);
        }
        assertThat(1_000 - before).isBetween(1_000 / 32L, 1_000 / 8L);
    }

    @Test
    void of_whatHasNoHistogramOrIsNoneOfThis_isEmpty() {
        assertThat(CockroachStatistics.of(recorded(), "ssn")).isEmpty();
        assertThat(CockroachStatistics.of(recorded(), "gone")).isEmpty();
        assertThat(CockroachStatistics.of("[]", "id")).isEmpty();
        assertThat(CockroachStatistics.of("{\"x\":1}", "id")).isEmpty();
        assertThat(CockroachStatistics.of("nonsense", "id")).isEmpty();
    }

    /** Bounds that are out of order would leave rows out of every range; PostgreSQL compares them alike. */
    @Test
    void ordered_byTheDatabase_refusesWhatIsOutOfOrder() {
        try (LiveLab lab = LiveLab.start()) {
            Transactions transactions = new Transactions(lab.database);
            KeyColumn number = new KeyColumn("id", "bigint");
            KeyColumn text = new KeyColumn("id", "text");
            assertThat(transactions.<Boolean>readCommitted(
                            session -> TableDivision.ordered(session, number, List.of("9", "10", "200"))))
                    .isTrue();
            assertThat(transactions.<Boolean>readCommitted(
                            session -> TableDivision.ordered(session, text, List.of("9", "10", "200"))))
                    .isFalse();
            assertThat(transactions.<Boolean>readCommitted(
                            session -> !TableDivision.ordered(session, number, List.of("1", "no number"))
                                    && TableDivision.ordered(session, number, List.of("1", "2"))))
                    .isTrue();
            assertThat(transactions.<Boolean>readCommitted(
                            session -> TableDivision.ordered(session, number, List.of())))
                    .isTrue();
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "TEGULA_TEST_COCKROACH_URL", matches = "jdbc:.*")
    void read_fromAServer_cutsItsTable() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(System.getenv("TEGULA_TEST_COCKROACH_URL"));
        config.setMaximumPoolSize(2);
        try (HikariDataSource database = new HikariDataSource(config)) {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP TABLE IF EXISTS tegula_statistics_test");
                statement.execute("CREATE TABLE tegula_statistics_test (id INT8 PRIMARY KEY, ssn BYTES)");
                statement.execute(
                        "INSERT INTO tegula_statistics_test SELECT g, NULL FROM generate_series(1, 10000) AS g");
                statement.execute("CREATE STATISTICS tegula_test FROM tegula_statistics_test");
            }
            CockroachStatistics found = new Transactions(database)
                    .readCommitted(session ->
                            CockroachStatistics.read(session, new TableName("public", "tegula_statistics_test"), "id"))
                    .orElseThrow();
            assertThat(found.rows()).isEqualTo(10_000);
            assertThat(found.values(List.of("ssn"))).isZero();
            assertThat(found.bounds(16)).hasSize(15);
        }
    }
}
