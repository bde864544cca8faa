package dev.tegula.cli.output;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The three streams of the process and what is known about them. One per run; used by one thread at a time. */
public final class Console {

    private final BufferedReader in;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Terminal terminal;
    private boolean json;
    private boolean quiet;

    /** A console on the given streams. */
    public Console(Reader in, PrintWriter out, PrintWriter err, Terminal terminal) {
        this.in = new BufferedReader(in);
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /** The console of this process. */
    public static Console system(Map<String, String> environment) {
        Charset charset = charset(environment);
        return new Console(
                new InputStreamReader(System.in, charset),
                writer(FileDescriptor.out, charset),
                writer(FileDescriptor.err, charset),
                Terminal.of(environment));
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
            err.println(line);
            err.flush();
        }
    }

    /** Shows a line of a longer story on stdout; not with {@code --quiet} or {@code --json}. */
    public void show(String line) {
        if (!quiet && !json) {
            out.println(line);
            out.flush();
        }
    }

    /** The style of stdout. */
    public Style style() {
        return new Style(terminal.colour() && terminal.output());
    }

    /** Warns; always, on stderr. */
    public void warn(String line) {
        err.println(json ? Json.line(Json.object("schema", "tegula/warning/1", "message", line)) : "warning: " + line);
        err.flush();
    }

    /** Prints the result of a command. */
    public void print(Outcome outcome) {
        List<String> lines = json ? List.of(Json.line(outcome.document())) : outcome.lines();
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

    /** Reads all of stdin. */
    public String readAll() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            all.append(line).append('\n');
        }
        return all.toString();
    }

    private static PrintWriter writer(FileDescriptor stream, Charset charset) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(stream), charset), false);
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
