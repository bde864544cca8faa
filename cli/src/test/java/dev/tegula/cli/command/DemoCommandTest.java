package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import dev.tegula.cli.output.Terminal;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The tour, with a smaller clinic. */
class DemoCommandTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("XDG_CACHE_HOME", Path.of("target", "demo").toAbsolutePath().toString());

    @Test
    void demo_tellsTheStoryAndEndsWithItsProof() {
        Transcript run = Transcript.with(ENVIRONMENT, Terminal.none(), "", "demo", "--patients", "300");
        ClinicDatabase.expect(0, run);
        assertThat(run.out())
                .contains("refused: patient.ssn v1")
                .contains("every acknowledged write is there")
                .contains("finds no value under the 4 old keys")
                .contains("opens for nobody");
        assertThat(run.err()).contains("✓ fence").contains("✓ retire");
    }

    @Test
    void demo_withJson_isOneDocument() {
        Transcript run = Transcript.with(ENVIRONMENT, Terminal.none(), "", "demo", "--patients", "100", "--json");
        JsonNode document = ClinicDatabase.expect(0, run).json();
        assertThat(document.get("acknowledgedWritesLost").asLong()).isZero();
        assertThat(document.get("keysDestroyed").asLong()).isEqualTo(4);
        assertThat(document.get("patients").asLong()).isGreaterThanOrEqualTo(100);
    }
}
