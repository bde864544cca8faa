package dev.tegula.operations.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tegula.Context;
import dev.tegula.FieldIndex;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.kms.Kms;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is foretold of an index is what an index does. */
final class IndexForecastTest {

    private static final int ROWS = 20_000;

    private static long[] digests(List<String> values) {
        Digests digests = new Digests();
        return values.stream()
                .mapToLong(value -> digests.of(value.getBytes(StandardCharsets.UTF_8)))
                .toArray();
    }

    private static IndexForecast.Length length(IndexForecast forecast, int bits) {
        return forecast.lengths().stream()
                .filter(length -> length.bits() == bits)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void forecast_ofTwelveBits_isWhatAnIndexOfTwelveBitsFinds() {
        List<String> values =
                IntStream.range(0, ROWS).mapToObj(i -> "value " + i / 2).toList();
        IndexForecast forecast = IndexForecast.of(digests(values), new long[ROWS]);
        Map<BlindIndex, Integer> stored = new HashMap<>();
        try (Kms kms = MemoryKms.create();
                Tegula tegula = Tegula.builder("tests")
                        .kek("main", kms, "primary")
                        .registry(new InMemoryKeyRegistry())
                        .development()
                        .build()) {
            FieldIndex<String> index =
                    tegula.blindIndex(IndexSpec.of("a.b", String.class).cutTo(12));
            values.forEach(value -> stored.merge(index.compute(value, Context.noTenant()), 1, Integer::sum));
            double found = values.stream()
                    .mapToInt(value -> stored.get(index.compute(value, Context.noTenant())))
                    .average()
                    .orElseThrow();

            assertThat(length(forecast, 12).found()).isCloseTo(found, within(found / 10));
            assertThat((double) length(forecast, 12).groups()).isCloseTo(stored.size(), within(stored.size() / 10.0));
        }
        assertThat(forecast.values()).isEqualTo(ROWS / 2);
        assertThat(length(forecast, 256).found()).isEqualTo(2);
        assertThat(length(forecast, 256).alone()).isZero();
    }

    @Test
    void forecast_besideOtherIndexes_countsTheGroupsThatAllMakeTogether() {
        List<String> fours =
                IntStream.range(0, ROWS).mapToObj(i -> "four " + i % 100).toList();
        List<String> years =
                IntStream.range(0, ROWS).mapToObj(i -> "year " + i / 100 % 100).toList();
        long[] others = digests(years);
        IndexForecast alone = IndexForecast.of(digests(fours), new long[ROWS]);
        IndexForecast both = IndexForecast.of(digests(fours), others);

        assertThat(length(alone, 256).groups()).isEqualTo(100);
        assertThat(both.together()).isEqualTo(100);
        assertThat(length(both, 256).groups()).isEqualTo(10_000);
        assertThat(length(alone, 256).alone()).isZero();
    }

    @Test
    void showsValues_ofFewOrOfACommonOne_andNotOfFewRows() {
        List<String> blood = IntStream.range(0, ROWS).mapToObj(i -> "b" + i % 8).toList();
        List<String> common = IntStream.range(0, ROWS)
                .mapToObj(i -> i % 4 == 0 ? "Smith" : "n" + i)
                .toList();
        List<String> names =
                IntStream.range(0, ROWS).mapToObj(i -> "n" + i % 50).toList();

        assertThat(IndexForecast.of(digests(blood), new long[ROWS]).showsValues())
                .isTrue();
        assertThat(IndexForecast.of(digests(common), new long[ROWS]).showsValues())
                .isTrue();
        assertThat(IndexForecast.of(digests(names), new long[ROWS]).showsValues())
                .isFalse();
        assertThat(IndexForecast.of(digests(blood.subList(0, 99)), new long[99]).showsValues())
                .isFalse();
    }
}
