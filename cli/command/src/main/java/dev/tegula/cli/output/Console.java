package dev.tegula.cli.output;

import dev.tegula.operations.document.Json;
import dev.tegula.operations.document.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The three streams of the process and what is known about them. One per run; used by one thread at a time, but for what goes
 * to stderr. Whatever goes out is {@link Printable}: escape sequences are made here and nowhere else.
 */
public final class Console {

    private final BufferedReader in;
    private final @Nullable InputStream bytes;
    private final PrintWriter rawOut;
    private final PrintWriter rawErr;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Terminal terminal;
    private final @Nullable ProcessStream stdout;
    private final @Nullable ProcessStream stderr;
    private boolean json;
    private boolean quiet;
    private boolean drawn;

    /** A console on the given streams. */
    public Console(Reader in, PrintWriter out, PrintWriter err, Terminal terminal) {
        this(in, null, out, err, terminal, null, null);
    }

    private Console(
            Reader in,
            @Nullable InputStream bytes,
            PrintWriter out,
            PrintWriter err,
            Terminal terminal,
            @Nullable ProcessStream stdout,
            @Nullable ProcessStream stderr) {
        this.in = new BufferedReader(in);
        this.bytes = bytes;
        this.rawOut = out;
        this.rawErr = err;
        this.out = new PrintWriter(new PrintableWriter(out));
        this.err = new PrintWriter(new PrintableWriter(err));
        this.terminal = terminal;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** The console of this process. */
    public static Console system(Map<String, String> environment) {
        Charset charset = charset(environment);
        ProcessStream stdout = ProcessStream.out();
        ProcessStream stderr = ProcessStream.err();
        return new Console(
                new InputStreamReader(System.in, charset),
                System.in,
                stdout.writer(charset),
                stderr.writer(charset),
                Terminal.of(environment),
                stdout,
                stderr);
    }

    /** Whether stdout has stopped taking what is printed, so that printing more is of no use. */
    public boolean ended() {
        return stdout != null && stdout.ended();
    }

    /** Which stream lost a part of what was printed and why, after sending all that is waiting; empty if none did. */
    Optional<String> lost() {
        out.flush();
        rawOut.flush();
        Optional<String> ofOut = stdout == null ? Optional.empty() : stdout.lost();
        if (ofOut.isPresent()) {
            return ofOut;
        }
        err.flush();
        rawErr.flush();
        return stderr == null ? Optional.empty() : stderr.lost();
    }

    /** Chooses the form of the output. */
    public void choose(boolean asJson, boolean quietly) {
        this.json = asJson;
        this.quiet = quietly;
    }

    /** Whether stdout carries one document. */
    public boolean json() {
        return json;
    }

    /** Whether only results and failures are wanted. */
    public boolean quiet() {
        return quiet;
    }

    /** What the streams are connected to. */
    public Terminal terminal() {
        return terminal;
    }

    /** Where the help goes: text that stands in this program and carries its own escape sequences. */
    public PrintWriter help() {
        return rawOut;
    }

    /** Where data goes. */
    public PrintWriter out() {
        return out;
    }

    /** Where everything else goes. */
    public PrintWriter err() {
        return err;
    }

    /** Says something on the way; not with {@code --quiet} or {@code --json}. */
    public void say(String line) {
        if (!quiet && !json) {
            tell(line);
        }
    }

    /** Shows a line of a longer story on stdout; not with {@code --quiet} or {@code --json}. */
    public void show(String line) {
        show(Style.PLAIN, line);
    }

    /** The same in a style. */
    public void show(Style style, String line) {
        if (!quiet && !json) {
            boolean coloured = terminal.colour() && terminal.output();
            Wrap.text(Printable.of(line), outWidth())
                    .forEach(part -> rawOut.println(coloured ? style.around(part) : part));
            rawOut.flush();
        }
    }

    /** Prints a table on the way, with {@link #say}'s rules. */
    public void say(Layout layout) {
        if (!quiet && !json) {
            layout.lines(errWidth()).forEach(err::println);
            err.flush();
        }
    }

    /** Asks; the answer is {@link #readLine}'s. */
    public void ask(String question) {
        err.print(String.join("\n", Wrap.text(Printable.of(question), errWidth())) + " ");
        err.flush();
    }

    /** Prints a line on stderr, always. */
    synchronized void tell(String line) {
        if (drawn) {
            erase();
        }
        Wrap.text(Printable.of(line), errWidth()).forEach(err::println);
        err.flush();
    }

    /** Prints a document on one line of stderr. */
    public synchronized void note(Map<String, Object> document) {
        err.println(Json.line(document));
        err.flush();
    }

    /** Draws the line of stderr again that the cursor is in; the terminal does not break it, however narrow it is by now. */
    synchronized void redraw(String line) {
        drawn = true;
        rawErr.print("\r\u001b[?7l" + Printable.of(line) + "\u001b[K\u001b[?7h");
        rawErr.flush();
    }

    /** Empties that line. */
    synchronized void erase() {
        drawn = false;
        rawErr.print("\r\u001b[K");
        rawErr.flush();
    }

    /** Empties the screen before the next outcome, where stdout is a terminal. */
    public void clearScreen() {
        if (terminal.output() && !json) {
            rawOut.print("\u001b[H\u001b[2J");
        }
    }

    private int outWidth() {
        return terminal.output() ? terminal.width() : Wrap.NEVER;
    }

    private int errWidth() {
        return terminal.error() ? terminal.width() : Wrap.NEVER;
    }

    /** Warns; always, on stderr. */
    public void warn(String line) {
        if (json) {
            note(Json.object("schema", "tegula/warning/1", "message", line));
        } else {
            tell("warning: " + line);
        }
    }

    /** Prints the result of a command. */
    public void print(Outcome outcome) {
        boolean silent = json && outcome.document().isEmpty();
        List<String> lines = silent
                ? List.of()
                : json
                        ? List.of(Json.line(outcome.document()))
                        : outcome.layout().lines(outWidth());
        lines.forEach(out::println);
        out.flush();
    }

    /** Reads one line from stdin; empty at its end. */
    public String readLine() {
        try {
            String line = in.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Reads one line that is typed and not shown.
     *
     * @return what was typed, which the caller wipes; empty at the end of the input
     * @throws UsageException if there is no terminal on which that can be done
     */
    public char[] readHidden() {
        if (terminal.input() && bytes == null) {
            return readLine().toCharArray();
        }
        java.io.@Nullable Console typed = terminal.input() ? System.console() : null;
        if (typed == null) {
            throw new UsageException(
                    "There is no terminal to type it on: stdin and stdout must both be one. Without, pipe the"
                            + " value in, or name its file.");
        }
        char[] line = typed.readPassword();
        return line == null ? new char[0] : line;
    }

    /**
     * Reads all of stdin.
     *
     * @throws UsageException if it cannot be read
     */
    public String readAll() {
        StringBuilder all = new StringBuilder();
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                all.append(line).append('\n');
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        return all.toString();
    }

    /**
     * Reads stdin as bytes; for a command that reads nothing else from it.
     *
     * @param most how many bytes at most; more stay unread
     * @throws UsageException if it cannot be read: nothing is made of a part
     */
    public byte[] readBytes(int most) {
        StringWriter text = new StringWriter();
        try {
            if (bytes != null) {
                return bytes.readNBytes(most);
            }
            in.transferTo(text);
        } catch (IOException e) {
            throw unreadable(e);
        }
        byte[] all = text.toString().getBytes(StandardCharsets.UTF_8);
        return all.length <= most ? all : Arrays.copyOf(all, most);
    }

    private static UsageException unreadable(IOException e) {
        return new UsageException("stdin cannot be read (" + e.getMessage()
                + "): it was closed, or is a folder, perhaps. Pipe in what was meant, or name its file.");
    }

    /** Prints bytes on stdout as they are, and nothing else: no line end, nothing escaped. */
    public void printBytes(byte[] data) {
        out.flush();
        rawOut.flush();
        if (stdout == null) {
            rawOut.print(new String(data, StandardCharsets.UTF_8));
            rawOut.flush();
        } else {
            stdout.write(data, 0, data.length);
        }
    }

    /** UTF-8 unless the locale says otherwise: an ASCII terminal gets question marks instead of garbage. */
    private static Charset charset(Map<String, String> environment) {
        String encoding = System.getProperty("native.encoding", "UTF-8");
        boolean posix = environment
                .getOrDefault("LC_ALL", environment.getOrDefault("LANG", ""))
                .isEmpty();
        return posix || !Charset.isSupported(encoding) ? StandardCharsets.UTF_8 : Charset.forName(encoding);
    }
}
