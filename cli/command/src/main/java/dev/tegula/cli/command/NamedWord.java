package dev.tegula.cli.command;

import dev.tegula.cli.output.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What an option that is said once for each name says. A map of the parser's would keep the last of two, in silence.
 *
 * @param name what stands before the first sign of equality
 * @param value what stands behind it
 */
record NamedWord(String name, String value) {

    /**
     * All of them by name.
     *
     * @throws UsageException if a name stands twice
     */
    static Map<String, String> once(String option, List<NamedWord> said) {
        Map<String, String> all = new LinkedHashMap<>();
        for (NamedWord each : said) {
            if (all.putIfAbsent(each.name(), each.value()) != null) {
                throw new UsageException(option + " " + each.name() + "=… is said twice: leave one out.");
            }
        }
        return all;
    }

    /** {@code NAME=VALUE}. */
    static final class Converter implements ITypeConverter<NamedWord> {

        @Override
        public NamedWord convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                // It may be a value that somebody typed in the wrong place.
                throw new TypeConversionException("expected a name, `=`, and what it stands for");
            }
            return new NamedWord(text.substring(0, equals), text.substring(equals + 1));
        }
    }
}
