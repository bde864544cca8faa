package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.TableTally;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.registry.KeyInUseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks at a large table: nothing estimated or old is shown as counted. */
@Tag("long")
final class SurveyLookTest extends SurveyLab {

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
}
