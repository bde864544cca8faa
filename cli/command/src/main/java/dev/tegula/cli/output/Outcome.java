package dev.tegula.cli.output;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a command has to say at its end: the same facts for people and for programs.
 *
 * @param exit how the process ends
 * @param document for {@code --json}; starts with its schema
 * @param layout for people, on stdout
 */
public record Outcome(Exit exit, Map<String, Object> document, Layout layout) {

    /** Copies both, keeping the order of the document. */
    public Outcome {
        document = new LinkedHashMap<>(document);
        layout = new Layout().add(layout);
    }

    /** An end with lines of text. */
    public Outcome(Exit exit, Map<String, Object> document, List<String> lines) {
        this(exit, document, Layout.of(lines));
    }

    /** A good end. */
    public static Outcome done(Map<String, Object> document, Layout layout) {
        return new Outcome(Exit.DONE, document, layout);
    }

    /** A good end with lines of text. */
    public static Outcome done(Map<String, Object> document, List<String> lines) {
        return done(document, Layout.of(lines));
    }

    /** The lines, as wide as they come. */
    public List<String> lines() {
        return layout.lines(Wrap.NEVER);
    }

    /** A good end with single lines. */
    public static Outcome done(Map<String, Object> document, String... lines) {
        return done(document, List.of(lines));
    }

    /** The same with more lines. */
    public Outcome and(String... more) {
        return new Outcome(exit, document, new Layout().add(layout).addAll(List.of(more)));
    }
}
