package dev.tegula.cli.output;

import dev.tegula.registry.KeyInUseException;
import dev.tegula.registry.KeyUses;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a failure knows beyond its message.
 *
 * @param document more members of {@code tegula/error/1}
 * @param lines more lines for people
 */
public record FailureDetail(Map<String, Object> document, List<String> lines) {

    /** Nothing more. */
    public static FailureDetail none() {
        return new FailureDetail(Map.of(), List.of());
    }

    static FailureDetail of(Throwable failure) {
        if (failure instanceof KeyInUseException inUse) {
            KeyUses.Uses uses = inUse.uses();
            Map<String, Object> counts = new LinkedHashMap<>(uses.values());
            counts.put("instances", uses.instances());
            return new FailureDetail(Json.object("uses", counts, "fenced", uses.fenced()), List.of());
        }
        return none();
    }
}
