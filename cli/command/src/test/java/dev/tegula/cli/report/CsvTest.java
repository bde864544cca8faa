package dev.tegula.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables as programs and spreadsheets read them. */
class CsvTest {

    private static String written(String cell) {
        Csv csv = new Csv(List.of("a"));
        csv.row(List.of(cell));
        return new String(csv.bytes(), StandardCharsets.UTF_8)
                .replaceFirst("^a\r\n", "")
                .replaceFirst("\r\n$", "");
    }

    @Test
    void rows_endWithCrLf_andQuotesAreDoubled() {
        Csv csv = new Csv(List.of("one", "two"));
        csv.row(List.of("a, b", "say \"x\""));
        csv.row(List.of("", "é"));
        assertThat(new String(csv.bytes(), StandardCharsets.UTF_8))
                .isEqualTo("one,two\r\n\"a, b\",\"say \"\"x\"\"\"\r\n,é\r\n");
    }

    @Test
    void whatIsNoGlyph_staysInItsCell() {
        assertThat(written("a\r\nb\tc\u202e")).isEqualTo("a\\r\\nb\\tc\\u202e");
    }

    /** Also where a spreadsheet takes a semicolon for the end of a cell, and where spaces or quotes stand before the sign. */
    @ParameterizedTest
    @ValueSource(
            strings = {"=1+1", "+1", "-1", "@SUM(A1)", " =1", "'=1", "\"=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"
            })
    void formula_isText(String cell) {
        assertThat(written(cell)).matches("\"?'.*");
        assertThat(written("x;" + cell)).matches("\"?x;'.*");
        assertThat(written("x|" + cell)).matches("\"?x[|]'.*");
    }

    @Test
    void signInTheMiddle_isLeftAlone() {
        assertThat(written("app/prod-1 a=b c@d")).isEqualTo("app/prod-1 a=b c@d");
    }

    @Test
    void rowOfAnotherWidth_isRefused() {
        Csv csv = new Csv(List.of("a", "b"));
        assertThatThrownBy(() -> csv.row(List.of("1"))).isInstanceOf(IllegalArgumentException.class);
    }
}
