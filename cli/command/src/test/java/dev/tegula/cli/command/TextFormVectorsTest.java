package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.cli.output.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The vectors of the text form, by the one reader of it that there is: what people paste to {@code inspect}. */
class TextFormVectorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> vectors() throws IOException {
        Path directory = Path.of(System.getProperty("basedir", ".")).resolve("../../tests/vectors/text-form-v1");
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.sorted().toList();
            assertThat(all).isNotEmpty();
            return all.stream().map(file -> dynamicTest(file.getFileName().toString(), () -> run(file)));
        }
    }

    private static void run(Path vector) throws IOException {
        JsonNode scenario = JSON.readTree(vector.toFile());
        assertThat(scenario.required("op").textValue()).isEqualTo("text-form");
        String text = scenario.at("/input/text").textValue();
        if (scenario.required("outcome").textValue().equals("ok")) {
            assertThat(HexFormat.of().formatHex(EnvelopeText.bytes(text)))
                    .isEqualTo(scenario.at("/expected/envelope").textValue());
            return;
        }
        assertThat(scenario.required("outcome").textValue()).isEqualTo("not-an-envelope");
        assertThatThrownBy(() -> EnvelopeText.bytes(text)).isExactlyInstanceOf(UsageException.class);
    }
}
