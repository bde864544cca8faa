package dev.tegula.operations.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of text that somebody else chose nothing is left that writes on a terminal. */
class PrintableTest {

    /** Clear screen, C1's CSI, line breaks of all kinds, reading direction, no width, a tag, half a character. */
    private static final String HOSTILE =
            "a\u001b[2Jb\u009b2Jc\nd\re\tf\u2028g\u202eh\u200bi\ud83dj\u0000k\u007fl\udb40\udc41m\ufeffn\u0085o";

    @Test
    void of_whateverIsNoGlyph_isEscaped() {
        assertThat(Printable.of(HOSTILE))
                .isEqualTo(
                        "a\\u001b[2Jb\\u009b2Jc\\nd\\re\\tf\\u2028g\\u202eh\\u200bi\\ud83dj\\u0000k\\u007fl\\u{e0041}m"
                                + "\\ufeffn\\u0085o");
    }

    @Test
    void of_namesOfOrdinaryLanguages_areLeftAlone() {
        for (String name : List.of("clinic_prod", "Ångström", "診療所", "клиника", "50 % – ‘x’ → “y” 😀")) {
            assertThat(Printable.of(name)).isEqualTo(name);
        }
    }

    @Test
    void json_isTheSameDocumentWithoutThem() throws Exception {
        String document = Json.line(Map.of("name", HOSTILE));
        assertThat(document.codePoints().allMatch(c -> c >= ' ' && c < 127)).isTrue();
        assertThat(new ObjectMapper().readTree(document).get("name").asText()).isEqualTo(HOSTILE);
    }
}
