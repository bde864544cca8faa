package dev.tegula.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FieldGlobTest {

    /** What a glob means. */
    private static boolean byRegex(String glob, String text) {
        String regex = Stream.of(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return text.matches(regex);
    }

    private static String drawn(Random random, String letters) {
        return IntStream.range(0, random.nextInt(9))
                .mapToObj(i -> letters.charAt(random.nextInt(letters.length())))
                .map(String::valueOf)
                .collect(Collectors.joining());
    }

    @Test
    void matches_anyGlobAndText_isWhatTheRegularExpressionSays() {
        Random random = new Random(7);
        int matched = 0;
        for (int i = 0; i < 50_000; i++) {
            String glob = drawn(random, "ab.**");
            String text = drawn(random, "ab.");
            boolean expected = byRegex(glob, text);
            matched += expected ? 1 : 0;
            assertThat(FieldGlob.matches(glob, text)).as(glob + " of " + text).isEqualTo(expected);
        }
        assertThat(matched).isBetween(5_000, 45_000);
    }

    @Test
    void matches_fieldNames_goesByTheWholeName() {
        assertThat(FieldGlob.matches("patient.*", "patient.ssn")).isTrue();
        assertThat(FieldGlob.matches("*", "patient.ssn")).isTrue();
        assertThat(FieldGlob.matches("patient", "patient.ssn")).isFalse();
        assertThat(FieldGlob.matches("*.ssn", "patient.ssn2")).isFalse();
    }
}
