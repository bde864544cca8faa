package dev.tegula.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
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
        assertThat(shown(new Terminal(false, false, true, true, 80))).isEqualTo("x\n");
        assertThat(shown(new Terminal(false, true, true, true, 80))).isEqualTo("\u001b[1mx\u001b[0m\n");
    }

    private static String shown(Terminal terminal) {
        StringWriter out = new StringWriter();
        new Console(Reader.nullReader(), new PrintWriter(out), new PrintWriter(Writer.nullWriter()), terminal)
                .show(Style.BOLD, "x");
        return out.toString();
    }
}
