package dev.tegula.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {

    @Test
    void of_noColor_isRespected() {
        assertThat(Terminal.of(Map.of("TERM", "xterm")).colour()).isTrue();
        assertThat(Terminal.of(Map.of("TERM", "xterm", "NO_COLOR", "1")).colour())
                .isFalse();
        assertThat(Terminal.of(Map.of("TERM", "dumb")).colour()).isFalse();
    }

    @Test
    void style_withoutATerminal_isPlain() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        assertThat(new Console(Reader.nullReader(), nowhere, nowhere, new Terminal(false, false, true, true, 80))
                        .style()
                        .bold("x"))
                .isEqualTo("x");
        assertThat(new Console(Reader.nullReader(), nowhere, nowhere, new Terminal(false, true, true, true, 80))
                        .style()
                        .bold("x"))
                .isEqualTo("\u001b[1mx\u001b[0m");
    }
}
