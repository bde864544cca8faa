package dev.tegula.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.tegula.cli.command.CommandTree;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tour as {@code tegula demo} runs it, with a smaller clinic. */
@Tag("long")
class DemoTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("XDG_CACHE_HOME", Path.of("target", "demo").toAbsolutePath().toString());
    private static final Path SCHEMA =
            Path.of(System.getProperty("basedir", ".")).resolve("../../docs/json/demo-1.schema.json");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void demo_tellsTheStoryAndEndsWithItsProof() {
        run("demo", "--patients", "300");

        assertThat(out.toString())
                .contains("refused: patient.ssn v1")
                .contains("every acknowledged write is there")
                .contains("finds no value under the 4 old keys")
                .contains("no longer opens");
        assertThat(err.toString()).contains("✓ fence").contains("✓ retire");
    }

    @Test
    void demo_withJson_isOneDocument() throws IOException {
        run("demo", "--patients", "100", "--json");

        assertThat(out.toString().strip().lines()).hasSize(1);
        JsonNode document = new ObjectMapper().readTree(out.toString());
        assertThat(JsonSchemaFactory.getInstance(VersionFlag.V202012)
                        .getSchema(new ObjectMapper().readTree(SCHEMA.toFile()))
                        .validate(document))
                .isEmpty();
        assertThat(document.get("acknowledgedWritesLost").asLong()).isZero();
        assertThat(document.get("keysDestroyed").asLong()).isEqualTo(4);
        assertThat(document.get("patients").asLong()).isGreaterThanOrEqualTo(100);
    }

    private void run(String... arguments) {
        Console console = new Console(Reader.nullReader(), new PrintWriter(out), new PrintWriter(err), Terminal.none());
        int exit = CommandTree.run(console, ENVIRONMENT, arguments);
        assertThat(exit).as("%s%s", out, err).isZero();
    }
}
