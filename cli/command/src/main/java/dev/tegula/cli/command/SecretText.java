package dev.tegula.cli.command;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.document.Json;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretValue;
import dev.tegula.secret.SecretVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Secrets as people and programs see them; never a value. */
final class SecretText {

    private SecretText() {}

    /** For programs. */
    static Map<String, Object> document(Secret secret) {
        return Json.object(
                "name", secret.name().value(),
                "namespace", secret.namespace().value(),
                "version", secret.current(),
                "state", secret.state().name(),
                "rev", secret.rev(),
                "expires", secret.expires().map(Instant::toString).orElse(null),
                "note", secret.note().isEmpty() ? null : secret.note(),
                "changed", secret.changed().toString());
    }

    /** For programs. */
    static Map<String, Object> document(SecretVersion version) {
        return Json.object(
                "version", version.version(),
                "state", version.state().name(),
                "copiedFrom", version.copiedFrom().orElse(null),
                "created", version.created().toString(),
                "createdBy", version.createdBy(),
                "destroyed", version.destroyed().map(Instant::toString).orElse(null),
                "destroyedBy", version.destroyedBy().orElse(null));
    }

    /** The end of a change. */
    static Outcome changed(String command, Secret secret, boolean changed, String line) {
        return Outcome.done(
                Json.object(
                        "schema",
                        "tegula/secrets-change/1",
                        "command",
                        command,
                        "changed",
                        changed,
                        "secret",
                        document(secret)),
                line);
    }

    /** When it expires, for people, with a space before; empty if it does not. */
    static String expiry(Secret secret) {
        return secret.expires().map(at -> " It expires at " + seconds(at) + ".").orElse("");
    }

    /** An expired value is given, and this said. */
    static void warnIfExpired(Console console, SecretValue value) {
        value.expires()
                .filter(at -> value.expired(Instant.now()))
                .ifPresent(at -> console.warn(value.name() + " expired at " + seconds(at)
                        + ". Put a new value: `tegula secrets put " + value.name() + "`."));
    }

    /** As exact as it is stored. */
    static Instant micros(Instant at) {
        return at.truncatedTo(ChronoUnit.MICROS);
    }

    /** Never longer, and one second at least. */
    static Duration wholeSeconds(Duration time) {
        return Duration.ofSeconds(Math.max(1, time.toSeconds()));
    }

    static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
