package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file that says which key a row had. */
final class MovedRowsTest {

    @TempDir
    Path folder;

    private MovedRows read(String text) {
        try {
            return MovedRows.read(Files.writeString(folder.resolve("moved.csv"), text));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void read_ofTextInQuotes_takesCommasQuotesAndLineBreaks() {
        MovedRows rows = read("1,\"a, \"\"b\"\"\nc\"\r\n2,\"\"\n3,ü");
        assertThat(rows.lines())
                .containsExactly(
                        new MovedRows.Line(1, List.of("1", "a, \"b\"\nc")),
                        new MovedRows.Line(3, List.of("2", "")),
                        new MovedRows.Line(4, List.of("3", "ü")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "''|line 1: it names no row",
                "'1,2;;3,4'|line 2: a part of a key is missing",
                "'1,'|line 1: a part of a key is missing",
                "'1,2;3,4\"5'|line 2: a quote within a text",
                "'1,2;\"3\"4,5'|line 2: a quoted text is followed by",
                "'1,\"2;3'|line 2: the file ends within quotes"
            })
    void read_ofSomethingElse_namesTheLine(String text, String why) {
        assertThatThrownBy(() -> read(text.replace(';', '\n')))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("moved.csv");
    }

    @Test
    void read_ofWhatIsNoTextOrNoFile_isRefused() throws Exception {
        Path file = Files.write(folder.resolve("moved.csv"), new byte[] {'1', ',', (byte) 0xff, '\n'});
        assertThatThrownBy(() -> MovedRows.read(file)).hasMessageContaining("is not UTF-8");
        assertThatThrownBy(() -> MovedRows.read(folder.resolve("none.csv")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void read_ofMoreThanAMillionRows_asksToSplitThem() {
        assertThat(read(String.join("\n", Collections.nCopies(1_000_000, "1,2")))
                        .size())
                .isEqualTo(1_000_000);
        assertThatThrownBy(() -> read(String.join("\n", Collections.nCopies(1_000_001, "1,2"))))
                .hasMessageContaining("Split it");
    }
}
