package dev.tegula.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorReportTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Console console =
            new Console(Reader.nullReader(), new PrintWriter(out), new PrintWriter(err), Terminal.none());

    @Test
    void print_bug_showsNeitherMessageNorStack() {
        Exit exit = ErrorReport.print(console, new IllegalStateException("canary-0815"), Map.of(), new Subject());
        assertThat(exit).isEqualTo(Exit.BUG);
        assertThat(err.toString())
                .startsWith("bug: IllegalStateException in Tegula itself (dev.tegula.cli.output.ErrorReportTest:")
                .doesNotContain("canary-0815")
                .doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void print_bugWithDebug_showsTheStack() {
        ErrorReport.print(console, new IllegalStateException("detail"), Map.of("TEGULA_DEBUG", "1"), new Subject());
        assertThat(err.toString()).contains("\tat dev.tegula.cli.output.ErrorReportTest");
    }

    @Test
    void print_withJson_isOneDocumentOnStdout() {
        console.choose(true, false);
        ErrorReport.print(console, new UsageException("what to do"), Map.of(), new Subject());
        assertThat(out.toString())
                .isEqualTo(
                        "{\"schema\":\"tegula/error/1\",\"exit\":2,\"code\":\"usage\",\"message\":\"what to do\"}\n");
        assertThat(err.toString()).isEmpty();
    }
}
