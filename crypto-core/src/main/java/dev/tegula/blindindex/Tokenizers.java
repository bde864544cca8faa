package dev.tegula.blindindex;

import dev.tegula.failure.ConfigurationException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Tegula's own tokenisers by what the catalogue says of them. */
public final class Tokenizers {

    private static final Pattern PREFIXES = Pattern.compile("tegula\\.prefixes\\.(\\d{1,2})\\.(\\d{1,2})");

    private Tokenizers() {}

    /** That of an id and version, if it is one of Tegula's. */
    public static Optional<Tokenizer> own(String id, int version) {
        return Stream.concat(Stream.of(new Words(), new Trigrams()), prefixes(id).stream())
                .filter(tokenizer -> tokenizer.id().equals(id) && tokenizer.version() == version)
                .findFirst();
    }

    private static Optional<Tokenizer> prefixes(String id) {
        Matcher numbers = PREFIXES.matcher(id);
        try {
            return numbers.matches()
                    ? Optional.of(new Prefixes(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2))))
                    : Optional.empty();
        } catch (ConfigurationException outside) {
            return Optional.empty();
        }
    }
}
