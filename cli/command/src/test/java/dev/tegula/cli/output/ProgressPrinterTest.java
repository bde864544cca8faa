package dev.tegula.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.FieldId;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.Progress;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Instant now = Instant.parse("2026-11-21T05:42:10Z");

    private ProgressPrinter printer(Terminal terminal, boolean json, boolean quiet) {
        Console console = new Console(Reader.nullReader(), new PrintWriter(out), new PrintWriter(err), terminal);
        console.choose(json, quiet);
        return new ProgressPrinter(console, "reencrypt", () -> now);
    }

    private static Progress at(long done) {
        return new Progress(
                new TableName("public", "patient"),
                List.of(FieldId.of("patient.ssn")),
                done,
                518_752,
                false,
                OptionalDouble.of(2310),
                OptionalLong.of(85),
                14,
                0,
                2,
                Optional.empty());
    }

    @Test
    void progress_withoutTerminal_isALineEveryTenSeconds() {
        ProgressPrinter printer = printer(Terminal.none(), false, false);
        printer.progress(at(321_700));
        now = now.plusSeconds(9);
        printer.progress(at(400_000));
        now = now.plusSeconds(1);
        printer.progress(at(518_752));
        assertThat(err.toString().lines())
                .containsExactly(
                        "05:42:10Z reencrypt patient.ssn 62% 321700/518752 rate=2310/s eta=85s raced=14 quarantined=0 workers=2",
                        "05:42:20Z reencrypt patient.ssn 100% 518752/518752 rate=2310/s eta=85s raced=14 quarantined=0 workers=2");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void progress_onATerminal_redrawsOneLine() {
        ProgressPrinter printer = printer(new Terminal(true, true, true, false, 160), false, false);
        printer.progress(at(321_700));
        printer.clear();
        assertThat(err.toString())
                .isEqualTo(
                        "\r\u001b[?7lreencrypt patient.ssn ━━━━━━━━━━━━╸─────── 62 %  321,700/518,752  2,310 values/s  ETA 1m25s  raced 14"
                                + "  quarantined 0  workers 2\u001b[K\u001b[?7h\r\u001b[K");
    }

    @Test
    void progress_thatWaits_saysForWhomInEveryForm() {
        Progress waiting = new Progress(
                new TableName("public", "patient"),
                List.of(FieldId.of("patient.ssn")),
                1,
                2,
                false,
                OptionalDouble.empty(),
                OptionalLong.empty(),
                0,
                0,
                1,
                Optional.of("replica reports is 42 s behind"));
        printer(Terminal.none(), false, false).progress(waiting);
        assertThat(err.toString()).contains("workers=1 waiting: replica reports is 42 s behind");
        err.getBuffer().setLength(0);
        printer(Terminal.none(), true, false).progress(waiting);
        assertThat(err.toString()).contains("\"waitingFor\":\"replica reports is 42 s behind\"");
        err.getBuffer().setLength(0);
        printer(new Terminal(true, true, true, false, 100), false, false).progress(waiting);
        assertThat(err.toString()).contains("reencrypt  50 %  1/2  waiting: replica reports is 42 s behind");
        err.getBuffer().setLength(0);
        printer(new Terminal(true, true, true, false, 20), false, false).progress(waiting);
        assertThat(err.toString()).contains("waiting").doesNotContain("replica");
    }

    @Test
    void progress_narrowerAndNarrower_keepsEtaRacedAndQuarantined() {
        int[] columns = {160};
        ProgressPrinter printer = printer(new Terminal(true, true, true, false, () -> columns[0]), false, false);
        for (columns[0] = 160; columns[0] >= 20; columns[0]--) {
            err.getBuffer().setLength(0);
            printer.progress(at(321_700));
            String line = err.toString().replaceAll("\u001b\\[\\??\\d*[A-Za-z]|\r", "");
            assertThat(line).hasSizeLessThan(columns[0]).containsPattern("1m25s .*r.*14 .*q.*0");
        }
        assertThat(err.toString()).contains("1m25s r14 q0");
    }

    @Test
    void progress_largeNumbersOnTwentyColumns_areAbbreviated() {
        Progress large = new Progress(
                new TableName("public", "patient"),
                List.of(FieldId.of("patient.ssn")),
                1,
                9_000_000_000L,
                false,
                OptionalDouble.of(1),
                OptionalLong.of(359_999),
                999_999,
                999_999_999,
                2,
                Optional.empty());
        printer(new Terminal(true, true, true, false, 20), false, false).progress(large);
        assertThat(err.toString()).contains("99h59m r999k q999M");
    }

    @Test
    void progress_withJson_isADocumentOnStderr() {
        printer(Terminal.none(), true, false).progress(at(321_700));
        assertThat(err.toString())
                .isEqualTo(
                        "{\"schema\":\"tegula/progress/1\",\"step\":\"reencrypt\",\"table\":\"public.patient\",\"fields\":"
                                + "[\"patient.ssn\"],\"done\":321700,\"total\":518752,\"totalEstimated\":false,\"unit\":\"values\",\"perSecond\":2310,\"etaSeconds\":85,\"raced\":14,"
                                + "\"quarantined\":0,\"workers\":2}\n");
    }

    @Test
    void progress_whoseSpeedNobodyKnowsYet_namesNoRateInAnyForm() {
        Progress first = new Progress(
                new TableName("public", "patient"),
                List.of(FieldId.of("patient.ssn")),
                500,
                518_752,
                false,
                OptionalDouble.empty(),
                OptionalLong.empty(),
                0,
                0,
                2,
                Optional.empty());
        printer(Terminal.none(), false, false).progress(first);
        printer(Terminal.none(), true, false).progress(first);
        for (int columns : new int[] {160, 100, 80, 60, 40, 20}) {
            printer(new Terminal(true, true, true, false, columns), false, false)
                    .progress(first);
        }
        assertThat(err.toString())
                .contains("05:42:10Z reencrypt patient.ssn 0% 500/518752 eta=? raced=0")
                .contains("500/518,752  ETA …")
                .doesNotContain("rate")
                .doesNotContain("values/s")
                .doesNotContain("perSecond");
    }

    @Test
    void progress_quiet_isNothing() {
        printer(Terminal.none(), false, true).progress(at(1));
        assertThat(err.toString()).isEmpty();
    }
}
