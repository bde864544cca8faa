package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.reencrypt.TableTally;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.registry.KeyInUseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks at a large table and counts of it: nobody waits for more than asked for, and nothing estimated or old is shown as counted. */
final class SurveyTest {

    private static final Scope FIELD = scope("big.value");
    private static final TableName BIG = new TableName("public", "big");
    /** More than are counted at once; two thirds have a value, one in a hundred of them none of ours. */
    private static final int ROWS = 240_000;

    private static LiveLab made;
    private static KeyId old;
    private static KeyId fresh;

    private LiveLab lab;
    private final List<Progress> told = new ArrayList<>();

    /** Once, because so many rows take longer than most of what is done with them. */
    @BeforeAll
    static void make() {
        made = LiveLab.start();
        byte[] envelope = made.field("big.value").encrypt("a genuine value", Context.noTenant());
        old = made.activeKey(FIELD);
        fresh = made.nextKey(FIELD).keyId();
        byte[] later = made.field("big.value").encrypt("a later value", Context.noTenant());
        made.sql(
                "CREATE TABLE big (id bigint PRIMARY KEY, value bytea, other bytea, wide text) WITH (autovacuum_enabled = off)",
                "INSERT INTO big SELECT g, CASE WHEN g % 3 = 0 THEN NULL WHEN g % 100 = 1 THEN '\\xff'::bytea"
                        + " WHEN g % 5 = 0 THEN " + literal(later) + " ELSE " + literal(envelope)
                        + " END, NULL, repeat('w', 150) FROM generate_series(1, "
                        + ROWS + ") g",
                "ANALYZE big");
        made.close();
    }

    @BeforeEach
    void start() {
        lab = made.copy();
        publish(bigColumns());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static String literal(byte[] bytes) {
        return "'\\x" + HexFormat.of().formatHex(bytes) + "'::bytea";
    }

    private static List<EncryptedColumn> bigColumns() {
        return List.of(column("big.value", "big", "value", "id"), column("big.value", "big", "other", "id"));
    }

    private void publish(List<EncryptedColumn> columns) {
        lab.tegula.catalogue().orElseThrow().publish(columns);
    }

    private Survey survey() {
        return survey(lab.database);
    }

    private Survey survey(HikariDataSource database) {
        return new Survey(lab.tegula, database, SweepSettings.standard());
    }

    private CensusReport counted() {
        return survey().count(c -> true, new RunControl(), told::add).report().orElseThrow();
    }

    /** Counts until so many rows are through, as an interrupt would stop it. */
    private void stoppedAfter(long rows) {
        RunControl control = new RunControl();
        Survey.Counted stopped = survey().count(c -> true, control, progress -> {
            if (progress.done() >= rows) {
                control.stop();
            }
        });
        assertThat(stopped.report()).isEmpty();
        assertThat(stopped.kept()).isTrue();
    }

    private static ColumnCount of(CensusReport report, String column) {
        return report.columns().stream()
                .filter(c -> c.column().column().equals(column))
                .findFirst()
                .orElseThrow();
    }

    private void assertExact(CensusReport report) {
        ColumnCount value = of(report, "value");
        assertThat(value.under(old)).isEqualTo(lab.under(old, "big", "value"));
        assertThat(value.under(fresh)).isEqualTo(lab.under(fresh, "big", "value"));
        assertThat(value.nulls()).isEqualTo(ROWS / 3);
        assertThat(value.notEnvelopes()).isEqualTo(lab.number("SELECT count(*) FROM big WHERE value = '\\xff'"));
        assertThat(of(report, "other").nulls()).isEqualTo(ROWS);
        assertThat(value.basis().kind()).isEqualTo(CountBasis.Kind.PAGES);
        assertThat(value.basis().rows()).isEqualTo(ROWS);
    }

    @Test
    void count_ofALargeTable_isExactAndSaysHowFarItIs() {
        assertExact(counted());

        assertThat(told).hasSizeGreaterThan(10);
        assertThat(told).isSortedAccordingTo((one, other) -> Long.compare(one.done(), other.done()));
        Progress last = told.get(told.size() - 1);
        assertThat(last.done()).isEqualTo(ROWS);
        assertThat(last.total()).isEqualTo(ROWS);
        assertThat(last.estimated()).isFalse();
        assertThat(told.get(0).estimated()).isTrue();
        assertThat(told.get(0).total()).isBetween(ROWS * 9 / 10L, ROWS * 11 / 10L);
    }

    @Test
    void count_ofASmallTableBeside_isOfOneMoment() {
        lab.sql(
                "CREATE TABLE small AS SELECT id, value FROM big WHERE id < 100",
                "ALTER TABLE small ADD PRIMARY KEY (id)");
        List<EncryptedColumn> columns = new ArrayList<>(bigColumns());
        columns.add(column("big.value", "small", "value", "id"));
        publish(columns);

        CensusReport report = counted();

        ColumnCount small = report.columns().stream()
                .filter(c -> c.column().table().equals("small"))
                .findFirst()
                .orElseThrow();
        assertThat(small.basis().kind()).isEqualTo(CountBasis.Kind.SNAPSHOT);
        assertThat(small.under(old)).isEqualTo(lab.under(old, "small", "value"));
    }

    @Test
    void count_stopped_goesOnWhereItWas() {
        stoppedAfter(100_000);
        assertThat(lab.number("SELECT count(*) FROM tegula_census WHERE part = 'RUNNING'"))
                .isEqualTo(1);

        CensusReport report = counted();

        assertThat(told.get(0).done()).isBetween(100_000L, (long) ROWS - 1);
        assertExact(report);
        assertThat(report.remarks()).singleElement().asString().contains("was cut off, after");
        assertThat(lab.text("SELECT string_agg(part, ' ') FROM tegula_census")).isEqualTo("LAST");
    }

    /** By a page that is not there, a count would begin behind rows that are under the old key, and hide them. */
    @Test
    void count_afterSomebodyEditedHowFarItWas_beginsAnew() {
        stoppedAfter(100_000);
        lab.sql("UPDATE tegula_census SET document = replace(document, '\"rows\":1', '\"rows\":2')");

        CensusReport report = counted();

        assertThat(told.get(0).done()).isZero();
        assertExact(report);
        assertThat(report.remarks()).singleElement().asString().contains("does not carry a valid seal");
    }

    @Test
    void count_afterTheColumnsChanged_beginsAnew() {
        stoppedAfter(100_000);
        lab.sql("ALTER TABLE big ADD COLUMN third bytea");
        List<EncryptedColumn> columns = new ArrayList<>(bigColumns());
        columns.add(column("big.value", "big", "third", "id"));
        publish(columns);

        CensusReport report = counted();

        assertThat(told.get(0).done()).isZero();
        assertThat(of(report, "third").nulls()).isEqualTo(ROWS);
        assertExact(report);
    }

    /** By another order of the key, rows would stand behind the page that were never counted. */
    @Test
    void count_afterTheTypeOfTheKeyChanged_beginsAnew() {
        stoppedAfter(100_000);
        lab.sql("ALTER TABLE big ALTER COLUMN id TYPE text USING id::text", "ANALYZE big");

        CensusReport report = counted();

        assertThat(told.get(0).done()).isZero();
        assertExact(report);
        assertThat(report.remarks()).isEmpty();
    }

    private HikariDataSource reader() {
        lab.sql(
                "CREATE ROLE reader" + lab.number("SELECT pg_backend_pid()") + "_x LOGIN",
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC");
        return lab.as(
                lab.text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'reader%_x' ORDER BY oid DESC LIMIT 1"));
    }

    @Test
    void count_stoppedByARoleThatMayNotKeepIt_isNotKept() {
        RunControl control = new RunControl();
        try (HikariDataSource reader = reader()) {
            Survey.Counted stopped = survey(reader).count(c -> true, control, progress -> {
                if (progress.done() > 0) {
                    control.stop();
                }
            });

            assertThat(stopped.report()).isEmpty();
            assertThat(stopped.kept()).isFalse();
        }
    }

    @Test
    void count_byARoleThatMayNotKeepIt_countsAndSaysSo() {
        try (HikariDataSource reader = reader()) {
            CensusReport report = survey(reader)
                    .count(c -> true, new RunControl(), told::add)
                    .report()
                    .orElseThrow();

            assertExact(report);
            assertThat(report.remarks()).singleElement().asString().contains("cannot be kept");
        }
        assertThat(lab.number("SELECT count(*) FROM tegula_census")).isZero();
    }

    @Test
    void count_ofATableWithoutAKey_isInOneSnapshotAndSaysSo() {
        lab.sql("ALTER TABLE big DROP CONSTRAINT big_pkey");

        CensusReport report = counted();

        assertThat(of(report, "value").basis().kind()).isEqualTo(CountBasis.Kind.SNAPSHOT);
        assertThat(of(report, "value").under(old)).isEqualTo(lab.under(old, "big", "value"));
        assertThat(report.remarks()).singleElement().asString().contains("no key to be paged by");
        assertThat(told).isNotEmpty();
    }

    @Test
    void look_afterACensus_showsItWithItsTime() {
        Instant before = lab.tegula.registry().clock().instant();
        counted();
        lab.sql("DELETE FROM big WHERE id % 5 = 0");

        CensusReport report = survey().look(c -> true, Survey.Large.LAST_CENSUS);

        ColumnCount value = of(report, "value");
        assertThat(value.basis().kind()).isEqualTo(CountBasis.Kind.PAGES);
        assertThat(value.basis().rows()).isEqualTo(ROWS);
        assertThat(value.basis().ended()).isAfterOrEqualTo(before);
        assertThat(of(survey().look(c -> true, Survey.Large.SAMPLE), "value")
                        .basis()
                        .kind())
                .isEqualTo(CountBasis.Kind.SAMPLE);
    }

    /** What a rotation goes by: a census from before it would have it run again and again. */
    @Test
    void look_afterAKeyWasActivated_isAnEstimateAndSaysSo() {
        counted();
        lab.nextKey(FIELD);

        CensusReport report = survey().look(c -> true, Survey.Large.LAST_CENSUS);

        assertThat(of(report, "value").basis().kind()).isEqualTo(CountBasis.Kind.SAMPLE);
        assertThat(report.remarks()).singleElement().asString().contains("of big.value came or changed its state");

        counted();
        assertThat(of(survey().look(c -> true, Survey.Large.LAST_CENSUS), "value")
                        .basis()
                        .kind())
                .isEqualTo(CountBasis.Kind.PAGES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'OPEN', NULL", "'DONE', now() + interval '1 minute'"})
    void look_afterAJobMovedValues_isAnEstimateAndSaysSo(String state) {
        counted();
        lab.sql("INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, finished_at, total)"
                + " VALUES (gen_random_uuid(), 'public', 'big', '{id}', " + state + ", 5)");

        CensusReport report = survey().look(c -> true, Survey.Large.LAST_CENSUS);

        assertThat(of(report, "value").basis().kind()).isEqualTo(CountBasis.Kind.SAMPLE);
        assertThat(report.remarks()).singleElement().asString().contains("a job moves its values");
    }

    @Test
    void look_againAndAgain_drawsASampleOnceInTheTimeGiven() {
        Survey watched = survey().keepingSamples(Duration.ofHours(1));
        Instant first = drawn(watched);

        assertThat(drawn(watched)).isEqualTo(first);
        assertThat(drawn(watched.keepingSamples(Duration.ZERO))).isAfter(first);
    }

    private static Instant drawn(Survey survey) {
        return of(survey.look(c -> true, Survey.Large.SAMPLE), "value").basis().began();
    }

    /** The bound is exceeded once in twenty looks; three times of it never. */
    @Test
    void look_withoutACensus_isAnEstimate() {
        ColumnCount value = of(survey().look(c -> true, Survey.Large.LAST_CENSUS), "value");

        assertThat(value.basis().kind()).isEqualTo(CountBasis.Kind.SAMPLE);
        assertThat(value.basis().exact()).isFalse();
        long error = value.basis().errors().get(old);
        assertThat(error).isBetween(1L, ROWS / 5L);
        assertThat(Math.abs(value.under(old) - lab.under(old, "big", "value"))).isLessThan(3 * error);
        assertThat(value.basis().unseen()).isPositive();
    }

    @Test
    void look_afterSomebodyEditedTheLastCensus_isAnEstimateAndSaysSo() {
        counted();
        lab.sql("UPDATE tegula_census SET document = regexp_replace(document, '\"nulls\":\\d+', '\"nulls\":1')");

        CensusReport report = survey().look(c -> true, Survey.Large.LAST_CENSUS);

        assertThat(of(report, "value").basis().kind()).isEqualTo(CountBasis.Kind.SAMPLE);
        assertThat(report.remarks()).singleElement().asString().contains("does not carry a valid seal");
    }

    /** A genuine row of one table says nothing of another. */
    @Test
    void look_afterARowWasGivenToAnotherTable_doesNotUseIt() {
        counted();
        lab.sql(
                "CREATE TABLE twin AS SELECT * FROM big",
                "ALTER TABLE twin ADD PRIMARY KEY (id)",
                "ANALYZE twin",
                "UPDATE tegula_census SET table_name = 'twin'");
        List<EncryptedColumn> columns = new ArrayList<>();
        columns.add(column("big.value", "twin", "value", "id"));
        publish(columns);

        CensusReport report = survey().look(c -> c.table().equals("twin"), Survey.Large.LAST_CENSUS);

        assertThat(of(report, "value").basis().kind()).isEqualTo(CountBasis.Kind.SAMPLE);
        assertThat(report.remarks()).singleElement().asString().contains("public.twin in tegula_census");
    }

    @Test
    void look_afterTheTableWasMadeAnew_doesNotShowTheOldOne() {
        counted();
        lab.sql(
                "ALTER TABLE big RENAME TO gone",
                "CREATE TABLE big (LIKE gone INCLUDING ALL)",
                "INSERT INTO big SELECT * FROM gone",
                "ANALYZE big");

        CensusReport report = survey().look(c -> true, Survey.Large.LAST_CENSUS);

        assertThat(of(report, "value").basis().kind()).isEqualTo(CountBasis.Kind.SAMPLE);
    }

    /** A census is shown and never believed, even one that Tegula itself sealed. */
    @Test
    void retire_afterACensusThatFoundNothing_countsAnew() {
        keep(new TreeMap<>());
        assertThat(of(survey().look(c -> true, Survey.Large.LAST_CENSUS), "value")
                        .total())
                .isZero();

        Rotation rotation = new Rotation(lab.tegula, lab.database, rows -> {}, RotationSettings.standard());
        assertThatThrownBy(() -> rotation.lifecycle().retire(old))
                .isInstanceOf(KeyInUseException.class)
                .hasMessageContaining("public.big.value " + lab.under(old, "big", "value") + ",");
    }

    /** What is kept names keys, and no search for a value may stumble over it; the table itself is searched. */
    @Test
    void search_forAKeyThatACensusNames_doesNotFindTheCensus() {
        KeyId other = KeyId.copyOf(new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
            30, 31, 32
        });
        TreeMap<KeyId, Long> values = new TreeMap<>();
        values.put(other, 5L);
        keep(values);
        Transactions transactions = new Transactions(lab.database);

        assertThat(new KeySearch(transactions, other, SearchSettings.standard())
                        .run()
                        .found())
                .isEmpty();

        lab.sql("UPDATE tegula_census SET document = '" + other.hex() + "'");
        assertThat(new KeySearch(transactions, other, SearchSettings.standard())
                        .run()
                        .found())
                .containsKey("public.tegula_census");
    }

    private void keep(SortedMap<KeyId, Long> values) {
        Instant now = lab.tegula.registry().clock().instant();
        List<TableTally.Column> columns = List.of(
                new TableTally.Column("value", values, 0, 0), new TableTally.Column("other", new TreeMap<>(), 0, 0));
        new CensusRows(new Transactions(lab.database), lab.tegula.seal())
                .ended(
                        BIG,
                        new CensusRecord(
                                lab.number("SELECT 'big'::regclass::oid::bigint"),
                                now,
                                now,
                                new TableTally(List.of("id"), List.of("bigint"), List.of("9"), true, 0, columns)));
    }

    /** The guard of retire and destroy: its parts are of one snapshot, whatever is committed between them. */
    @Test
    void census_whileRowsAreMovedBehindIt_isOfOneMoment() {
        long under = lab.under(old, "big", "value");
        List<Progress> heard = new ArrayList<>();
        ProgressListener moving = progress -> {
            if (heard.isEmpty()) {
                // Few: the census waits in its transaction meanwhile, which the server ends after 10 s.
                lab.sql(
                        "UPDATE big SET value = NULL WHERE id > " + (ROWS - 1_000),
                        "INSERT INTO big SELECT -g FROM generate_series(1, 1000) g");
            }
            heard.add(progress);
        };

        Census census = new Census(lab.tegula, lab.database, Duration.ofSeconds(1)).telling(moving);
        CensusReport report = census.take(c -> true);

        assertThat(heard).hasSizeGreaterThan(1);
        assertThat(heard.get(heard.size() - 1).done()).isEqualTo(ROWS);
        assertThat(of(report, "value").under(old)).isEqualTo(under);
        assertThat(of(report, "value").nulls()).isEqualTo(ROWS / 3);
        assertThat(of(report, "value").basis().kind()).isEqualTo(CountBasis.Kind.SNAPSHOT);
    }
}
