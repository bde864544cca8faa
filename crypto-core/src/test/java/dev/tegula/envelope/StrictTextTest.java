package dev.tegula.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts from outside that are cut where they have to fit. */
class StrictTextTest {

    @ParameterizedTest
    @CsvSource({
        "abc, 4, abc",
        "abc, 3, abc",
        "abc, 2, ab",
        // Two bytes, three and four: cut before the character, and not inside of it.
        "aéb, 3, aé",
        "aéb, 2, a",
        "a€b, 4, a€",
        "a€b, 3, a",
        "a€b, 2, a",
        "a😀b, 5, a😀",
        "a😀b, 4, a",
        "a😀b, 2, a",
    })
    void fitted_text_isCutBetweenTwoCharacters(String text, int mostBytes, String fitted) {
        assertThat(StrictText.fitted(text, mostBytes)).isEqualTo(fitted);
        assertThat(fitted.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(mostBytes);
    }

    @Test
    void fitted_whatNoTextMayHold_isReplacedOrLeftOut() {
        assertThat(StrictText.fitted("a\0b\ud800c", 10)).isEqualTo("ab?c");
        assertThat(StrictText.fitted("é", 1)).isEmpty();
    }
}
