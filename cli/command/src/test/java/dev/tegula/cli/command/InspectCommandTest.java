package dev.tegula.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.Transcript;
import dev.tegula.cli.output.Terminal;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectCommandTest {

    private static final String HEX =
            "0100" + "a1".repeat(32) + "b2".repeat(12) + "c3".repeat(12) + "d4".repeat(12) + "e5".repeat(16);
    private static final byte[] BYTES = HexFormat.of().parseHex(HEX);

    @Test
    void inspect_eachSpelling_saysTheSame() {
        String expected = Transcript.of("inspect", HEX).out();
        assertThat(expected).contains("a1".repeat(32)).contains("b2".repeat(12)).contains("at most 11 bytes");
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(BYTES);
        assertThat(Transcript.of("inspect", "\\x" + HEX).out()).isEqualTo(expected);
        assertThat(Transcript.of("inspect", "tg1." + text).out()).isEqualTo(expected);
        assertThat(Transcript.of("inspect", Base64.getEncoder().encodeToString(BYTES))
                        .out())
                .isEqualTo(expected);
        assertThat(Transcript.with(Map.of(), Terminal.none(), "\\x" + HEX + "\n", "inspect", "-")
                        .out())
                .isEqualTo(expected);
    }

    @Test
    void inspect_withJson_isADocument() {
        var document = Transcript.of("inspect", "--json", HEX).json();
        assertThat(document.get("keyId").asText()).isEqualTo("a1".repeat(32));
        assertThat(document.get("mode").asText()).isEqualTo("FIELD");
        assertThat(document.get("innerBytes").asInt()).isEqualTo(12);
    }

    @Test
    void inspect_ofACutEnvelope_saysHowLongOneIs() {
        Transcript cut = Transcript.of("inspect", HEX.substring(0, 12));

        assertThat(cut.exit()).isEqualTo(6);
        assertThat(cut.err()).contains("at least 75 bytes, this one has 6");
    }

    @Test
    void inspect_bytesThatAreNoEnvelope_exits6() {
        assertThat(Transcript.of("inspect", "00".repeat(90)).exit()).isEqualTo(6);
        assertThat(Transcript.of("inspect", "02".repeat(90)).exit()).isEqualTo(6);
        assertThat(Transcript.of("inspect", HEX.substring(0, 80)).exit()).isEqualTo(6);
    }

    @Test
    void inspect_textThatIsNoEnvelope_exits2AndIsNotQuoted() {
        Transcript run = Transcript.of("inspect", "canary 0815!");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.all()).doesNotContain("canary");
    }

    @Test
    void inspect_textFormWithAnotherSpelling_isRefused() {
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(BYTES);
        char last = text.charAt(text.length() - 1);
        String other = text.substring(0, text.length() - 1) + (char) (last + 1);
        assertThat(Transcript.of("inspect", "tg1." + other).exit()).isEqualTo(2);
    }
}
