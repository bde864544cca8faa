package dev.tegula.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nothing that somebody else chose writes on the terminal. */
class HostileTextTest {

    /** Clear screen, C1's CSI, line breaks of all kinds, reading direction, no width, a tag, half a character. */
    private static final String HOSTILE =
            "a\u001b[2Jb\u009b2Jc\nd\re\tf\u2028g\u202eh\u200bi\ud83dj\u0000k\u007fl\udb40\udc41m\ufeffn\u0085o";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Console console(Terminal terminal, boolean json) {
        Console console = new Console(Reader.nullReader(), new PrintWriter(out), new PrintWriter(err), terminal);
        console.choose(json, false);
        return console;
    }

    @Test
    void console_whicheverWay_printsNoneOfIt() {
        for (Terminal terminal : List.of(Terminal.none(), new Terminal(true, true, true, false, 30))) {
            for (boolean json : new boolean[] {false, true}) {
                Console console = console(terminal, json);
                console.say(HOSTILE);
                console.say(new Layout().add(HOSTILE).verbatim(HOSTILE.replace("\n", "")));
                console.show(HOSTILE);
                console.warn(HOSTILE);
                console.ask(HOSTILE);
                console.note(Map.of("x", HOSTILE));
                console.out().println(HOSTILE.replace("\n", ""));
                console.err().println(HOSTILE.replace("\n", ""));
                console.print(Outcome.done(
                        Map.of("x", HOSTILE),
                        new Layout().add(HOSTILE).add(Table.plain().row(HOSTILE, HOSTILE), " ")));
                ErrorReport.print(
                        console,
                        new IllegalStateException(HOSTILE, new IllegalStateException("x")),
                        Map.of(),
                        new FailureSubject());
                ErrorReport.print(
                        console,
                        Exit.REFUSED,
                        "x",
                        HOSTILE,
                        new FailureDetail(Map.of("x", HOSTILE), List.of(List.of("tegula", HOSTILE))));
            }
        }
        String all = out.toString() + err;
        assertThat(all.codePoints().filter(c -> c != '\n').allMatch(HostileTextTest::glyph))
                .isTrue();
        assertThat(all.lines()).noneMatch(line -> line.stripLeading().startsWith("d\\r"));
    }

    private static boolean glyph(int character) {
        int type = Character.getType(character);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE && type != 13;
    }
}
