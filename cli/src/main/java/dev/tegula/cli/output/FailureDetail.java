package dev.tegula.cli.output;

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
        return none();
    }
}
