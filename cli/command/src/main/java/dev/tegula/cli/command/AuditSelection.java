package dev.tegula.cli.command;

import dev.tegula.config.Durations;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.audit.AuditEntries;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which entries of the audit trail. */
final class AuditSelection {

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            converter = When.class,
            description = "None that is older: 24h, 90d, 2026-11-29, 2026-11-29T08:00:00Z.")
    @Nullable
    Function<Instant, Instant> since;

    @Option(
            names = "--subject",
            paramLabel = "SUBJECT",
            description = "Only of this subject, for example patient.ssn or 'app/prod/*'.")
    @Nullable
    String subject;

    AuditEntries entries(Instant now) {
        return new AuditEntries(Optional.ofNullable(since).map(when -> when.apply(now)), Optional.ofNullable(subject));
    }

    /** A moment, or so long ago. */
    static final class When implements ITypeConverter<Function<Instant, Instant>> {

        @Override
        public Function<Instant, Instant> convert(String text) {
            try {
                Instant moment = text.contains("T")
                        ? OffsetDateTime.parse(text).toInstant()
                        : text.contains("-")
                                ? LocalDate.parse(text)
                                        .atStartOfDay(ZoneOffset.UTC)
                                        .toInstant()
                                : Instant.MIN;
                if (moment.isAfter(Instant.MIN)) {
                    return now -> moment;
                }
                var ago = Durations.parse("option", text);
                return now -> now.minus(ago);
            } catch (DateTimeException | ConfigurationException | ArithmeticException e) {
                throw new TypeConversionException(
                        "expected a time like 24h or 90d, a day like 2026-11-29 or a moment like"
                                + " 2026-11-29T08:00:00Z, not `" + text + "`");
            }
        }
    }
}
