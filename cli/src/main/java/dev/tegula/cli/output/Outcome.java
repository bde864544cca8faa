package dev.tegula.cli.output;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a command has to say at its end: the same facts for people and for programs.
 *
 * @param exit how the process ends
 * @param document for {@code --json}; starts with its schema
 * @param lines for people, on stdout
 */
public record Outcome(Exit exit, Map<String, Object> document, List<String> lines) {

    /** Copies both, keeping the order of the document. */
    public Outcome {
        document = new LinkedHashMap<>(document);
        lines = List.copyOf(lines);
    }

    /** A good end. */
    public static Outcome done(Map<String, Object> document, List<String> lines) {
        return new Outcome(Exit.DONE, document, lines);
    }

    /** A good end with single lines. */
    public static Outcome done(Map<String, Object> document, String... lines) {
        return done(document, List.of(lines));
    }

    /** The same with more lines. */
    public Outcome and(String... more) {
        List<String> all = new ArrayList<>(lines);
        all.addAll(List.of(more));
        return new Outcome(exit, document, all);
    }
}
