package dev.tegula.cli.command;

import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What is the matter with a secret, or with a reference to one.
 *
 * @param name of the secret, as it was asked for
 * @param kind what it is
 * @param at when it expires or expired, or when the value that is too old was made
 * @param variable of the reference; empty if the secret was found otherwise
 */
record SecretFinding(String name, Kind kind, Optional<Instant> at, Optional<String> variable) {

    /** What can be the matter. */
    enum Kind {
        /** There is none of that name, or no namespace for it. */
        MISSING("is not there"),
        /** It is deleted. */
        DELETED("is deleted"),
        /** It has expired. */
        EXPIRED("expired"),
        /** It expires within the time asked for. */
        EXPIRES("expires"),
        /** Its value is older than the time asked for. */
        OLD("has a value of");

        private final String said;

        Kind(String said) {
            this.said = said;
        }
    }

    void addTo(Table table) {
        table.row(
                name, kind.said + at.map(time -> " " + SecretText.seconds(time)).orElse(""), variable.orElse("-"));
    }

    Map<String, Object> document() {
        return Json.object(
                "name",
                name,
                "finding",
                kind.name(),
                "at",
                at.map(Instant::toString).orElse(null),
                "variable",
                variable.orElse(null));
    }
}
