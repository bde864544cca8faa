package dev.tegula.cli.command;

import dev.tegula.secret.SecretChange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is said of a value besides the value. */
final class SecretTerms {

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            converter = Lifetime.class,
            description = "How long it is good for, for example 90d. Without, it does not expire.")
    @Nullable
    Duration expires;

    @Option(names = "--note", paramLabel = "TEXT", description = "What people want to know about it; not encrypted.")
    @Nullable
    String note;

    SecretChange of(SecretChange asked) {
        SecretChange expiring = expires == null ? asked : asked.expiresIn(expires);
        return note == null ? expiring : expiring.note(note);
    }
}
