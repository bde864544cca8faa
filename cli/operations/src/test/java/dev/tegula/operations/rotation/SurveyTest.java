package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.column;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Counts of a large table: nobody waits for more than asked for, and nothing estimated or old is shown as counted. */
@Tag("long")
final class SurveyTest extends SurveyLab {

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
