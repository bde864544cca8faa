package dev.tegula.cli.command;

import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.document.Json;
import java.util.List;
import java.util.Map;

/** The end of a command that only looked: one shape for all of them, which no command that changed something has. */
final class DryRun {

    private DryRun() {}

    /** What would happen, in sentences. */
    static Outcome of(String... sentences) {
        return of(List.of(sentences));
    }

    /** What would happen, in sentences. */
    static Outcome of(List<String> sentences) {
        return Outcome.done(
                Json.object("schema", "tegula/dry-run/1", "changed", false, "summary", sentences),
                end(Layout.of(sentences)));
    }

    /** What would happen, for people, in sentences and as a plan for programs. */
    static Outcome of(Layout shown, List<String> sentences, Map<String, Object> plan) {
        return Outcome.done(
                Json.object("schema", "tegula/dry-run/1", "changed", false, "summary", sentences, "plan", plan),
                end(shown));
    }

    private static Layout end(Layout shown) {
        return shown.add("Dry run: nothing was changed.");
    }
}
