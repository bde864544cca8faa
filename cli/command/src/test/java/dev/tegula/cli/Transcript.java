package dev.tegula.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One run of a command as a shell sees it. With {@code --json} its schemas take all that it prints. */
public record Transcript(int exit, String out, String err) {

    /** Runs without a terminal and without an environment. */
    public static Transcript of(String... arguments) {
        return with(Map.of(), Terminal.none(), "", arguments);
    }

    /** Runs in the given surroundings. */
    public static Transcript with(
            Map<String, String> environment, Terminal terminal, String stdin, String... arguments) {
        return hearing(said -> {}, environment, terminal, stdin, arguments);
    }

    /** The same, where somebody hears all that stands on stderr whenever something was added to it, and the command waits. */
    public static Transcript hearing(
            Consumer<String> listener,
            Map<String, String> environment,
            Terminal terminal,
            String stdin,
            String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter() {
            @Override
            public void write(String text, int from, int length) {
                super.write(text, from, length);
                listener.accept(toString());
            }
        };
        Console console = new Console(new StringReader(stdin), new PrintWriter(out), new PrintWriter(err), terminal);
        int exit = Main.run(console, environment, arguments);
        Transcript run = new Transcript(exit, out.toString(), err.toString());
        Recorder.note(List.of(arguments), stdin, run);
        if (List.of(arguments).contains("--json") && !environment.containsKey("TEGULA_DEBUG")) {
            JsonDocuments.require(run, List.of(arguments));
        }
        return run;
    }

    /** Stdout, which must be exactly one JSON document. */
    public JsonNode json() {
        try {
            if (out.strip().lines().count() != 1) {
                throw new AssertionError("one line of JSON was expected on stdout:\n" + out + "\nstderr:\n" + err);
            }
            return new ObjectMapper().readTree(out);
        } catch (IOException e) {
            throw new UncheckedIOException("stdout is no JSON: " + out, e);
        }
    }

    /** Everything that was printed. */
    public String all() {
        return out + err;
    }
}
