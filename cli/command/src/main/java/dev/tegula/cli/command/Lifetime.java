package dev.tegula.cli.command;

import dev.tegula.config.Durations;
import dev.tegula.failure.ConfigurationException;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long something is good for, as an option has it. */
final class Lifetime implements ITypeConverter<Duration> {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    @Override
    public Duration convert(String text) {
        try {
            Duration parsed = Durations.parse("option", text);
            if (!parsed.isZero() && parsed.compareTo(LONGEST) <= 0) {
                return parsed;
            }
        } catch (ConfigurationException e) {
            // Said below, like a time out of range.
        }
        throw new TypeConversionException("expected a time like 12h or 90d, at most 36500d, not `" + text + "`");
    }
}
