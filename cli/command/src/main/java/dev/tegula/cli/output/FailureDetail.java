package dev.tegula.cli.output;

import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyUses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of a failure beyond its message.
 *
 * @param document more members of {@code tegula/error/1}
 * @param next commands to run next, each as a list of its words
 */
public record FailureDetail(Map<String, Object> document, List<List<String>> next) {

    /** Copies both; the document keeps its order. */
    public FailureDetail {
        document = new LinkedHashMap<>(document);
        next = List.copyOf(next);
    }

    /** Nothing more. */
    public static FailureDetail none() {
        return new FailureDetail(Map.of(), List.of());
    }

    static FailureDetail of(Throwable failure, FailureSubject subject) {
        Map<String, Object> document = subject.document();
        if (failure instanceof KeyInUseException inUse) {
            KeyUses.Uses uses = inUse.uses();
            Map<String, Object> counts = new LinkedHashMap<>(uses.values());
            counts.put("instances", uses.instances());
            document.put("uses", counts);
            document.put("fenced", uses.fenced());
            if (!uses.obstacles().isEmpty()) {
                document.put("obstacles", uses.obstacles());
            }
        }
        return new FailureDetail(document, NextCommands.of(failure, subject));
    }

    /** All members, the next commands last. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>(document);
        if (!next.isEmpty()) {
            members.put("next", next);
        }
        return members;
    }

    /** More lines for people: the commands that the message does not name. */
    List<String> lines(String message) {
        List<String> lines = new ArrayList<>();
        for (List<String> command : next) {
            String line = ShellLine.of(command);
            if (!message.contains("`" + line + "`")) {
                lines.add("  next: " + line);
            }
        }
        return lines;
    }
}
