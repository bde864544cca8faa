package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PagedCountTest {

    private static final TableName PATIENT = new TableName("public", "patient");
    private static final int ROWS = 3_100;

    private LiveLab lab;

    @BeforeEach
    void start() throws SQLException {
        lab = LiveLab.start();
        lab.patients(ROWS);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private TableTally count(SweepSettings settings, RunControl control, ProgressListener listener) {
        return new PagedCount(lab.database, settings)
                .run(PATIENT, patientColumns(), from -> from, control, tally -> {}, listener);
    }

    @Test
    void run_withARate_takesPagesOfASecondAndWaitsBetweenThem() {
        List<Long> pauses = new ArrayList<>();
        RunControl control = new RunControl(asked -> {
            pauses.add(asked);
            return 0;
        });

        TableTally tally = count(SweepSettings.standard().withMaxPerSecond(10), control, progress -> {});

        assertThat(tally.rows()).isEqualTo(ROWS);
        assertThat(tally.complete()).isTrue();
        assertThat(pauses).hasSizeGreaterThanOrEqualTo(ROWS / 10);
        // Nobody waited, so what is booked adds up: 310 seconds, less what the reading took.
        assertThat(pauses.get(pauses.size() - 1)).isBetween(100_000L, 310_000L);
    }

    @Test
    void run_withoutARate_waitsForNothing() {
        List<Long> pauses = new ArrayList<>();
        RunControl control = new RunControl(asked -> {
            pauses.add(asked);
            return 0;
        });

        count(SweepSettings.standard(), control, progress -> {});

        assertThat(pauses).allMatch(asked -> asked == 0);
    }

    /** Rows that move in the heap meanwhile keep their key: none is counted twice, and none that stands is missed. */
    @Test
    void run_whileEveryRowIsRewritten_countsEachOnce() {
        boolean[] done = new boolean[1];
        TableTally tally = count(SweepSettings.standard(), new RunControl(), progress -> {
            if (!done[0] && progress.done() > 0) {
                done[0] = true;
                lab.sql("UPDATE patient SET other = 'y'", "UPDATE patient SET other = 'z' WHERE id % 2 = 0");
            }
        });

        assertThat(done[0]).isTrue();
        assertThat(tally.rows()).isEqualTo(ROWS);
        assertThat(tally.columns().get(0).values()).containsEntry(lab.activeKey(scope("patient.ssn")), (long) ROWS);
    }

    @Test
    void run_besideASlotThatIsAboutToLoseWal_waitsAndSaysSo() {
        lab.sql(
                "ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'",
                "ALTER SYSTEM SET checkpoint_timeout = '1d'",
                "SELECT pg_reload_conf()",
                "SELECT pg_create_physical_replication_slot('census', true)");
        try {
            for (int i = 0; i < 1_000 && !slot().equals("unreserved"); i++) {
                lab.sql("SELECT pg_logical_emit_message(false, 'tegula', 'wal')", "SELECT pg_switch_wal()");
            }
            RunControl control = new RunControl();
            List<Progress> told = new ArrayList<>();

            TableTally tally = count(SweepSettings.standard(), control, progress -> {
                told.add(progress);
                if (progress.waitingFor().isPresent()) {
                    control.stop();
                }
            });

            assertThat(tally.rows()).isZero();
            assertThat(tally.complete()).isFalse();
            assertThat(told.get(told.size() - 1).waitingFor())
                    .contains("replication slot census is about to lose WAL that it has not read, and nobody reads it");
        } finally {
            lab.sql(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'census'",
                    "ALTER SYSTEM RESET max_slot_wal_keep_size",
                    "ALTER SYSTEM RESET checkpoint_timeout",
                    "SELECT pg_reload_conf()");
        }
    }

    private String slot() {
        return lab.text("SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'census'");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "id uuid PRIMARY KEY | gen_random_uuid() | id",
                "id text PRIMARY KEY | md5(g::text) | id",
                "a text, id int, PRIMARY KEY (a, id) | md5((g % 7)::text), g | a,id"
            })
    void run_byAnyKey_countsAll(String key, String values, String names) {
        KeyId active = lab.activeKey(scope("patient.ssn"));
        lab.sql(
                "CREATE TABLE keyed (" + key + ", ssn bytea)",
                "INSERT INTO keyed SELECT " + values
                        + ", (SELECT ssn FROM patient WHERE id = 5) FROM generate_series(1, 5000) g");

        TableTally tally = new PagedCount(lab.database, SweepSettings.standard().withMaxPerSecond(700))
                .run(
                        new TableName("public", "keyed"),
                        List.of(column("patient.ssn", "keyed", "ssn", names.split(","))),
                        from -> from,
                        new RunControl(asked -> 0),
                        kept -> {},
                        progress -> {});

        assertThat(tally.columns().get(0).values()).isEqualTo(new TreeMap<>(java.util.Map.of(active, 5_000L)));
    }

    /** Drawn with fixed seeds: a bound that is exceeded once in twenty times, by its own word. */
    @Test
    void sample_bounds_holdAsOftenAsTheySay() {
        KeyId active = lab.activeKey(scope("patient.ssn"));
        lab.sql(
                "CREATE TABLE keyed (id int PRIMARY KEY, ssn bytea) WITH (autovacuum_enabled = off)",
                "INSERT INTO keyed"
                        + " SELECT g, CASE WHEN g % 4 < 3 THEN (SELECT ssn FROM patient WHERE id = 5) END FROM generate_series(1, 100000) g"
                        + " WHERE g < 60000 OR g % 11 < 5");
        long truth = lab.under(active, "keyed", "ssn");
        long rows = lab.number("SELECT count(*) FROM keyed");
        TableName keyed = new TableName("public", "keyed");
        int outside = 0;
        int rowsOutside = 0;
        for (int seed = 1; seed <= 60; seed++) {
            String repeatable = " REPEATABLE (" + seed + ")";
            SampledCount sample = new Transactions(lab.database)
                    .readCommitted(session -> SampledCount.take(
                            session, keyed, TableSize.of(session, keyed), List.of("ssn"), 150, repeatable));
            SampledCount.Estimate found = sample.columns().get(0).values().get(active);
            assertThat(found.error()).isLessThan(truth / 4);
            outside += Math.abs(found.count() - truth) > found.error() ? 1 : 0;
            rowsOutside +=
                    Math.abs(sample.rows().count() - rows) > sample.rows().error() ? 1 : 0;
        }
        assertThat(outside).isLessThanOrEqualTo(9);
        assertThat(rowsOutside).isLessThanOrEqualTo(9);
    }
}
