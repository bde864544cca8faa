package dev.tegula.secret;

import dev.tegula.envelope.RowId;
import dev.tegula.failure.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The name of a secret, or of a namespace, for example {@code app/prod/stripe-key}.
 *
 * @param value segments joined by a slash, at most 255 characters; a segment is a letter or digit, then any of these, dot,
 *     underscore and dash, all lower case
 */
public record SecretName(String value) implements Comparable<SecretName> {

    /** Characters of a name. */
    public static final int LONGEST = 255;

    /** Characters of a namespace. */
    public static final int LONGEST_NAMESPACE = 200;

    private static final String SEGMENT = "[a-z0-9][a-z0-9._-]*";
    private static final Pattern GRAMMAR = Pattern.compile(SEGMENT + "(?:/" + SEGMENT + ")*");

    /**
     * Checks the grammar.
     *
     * @throws MalformedException kind INPUT, outside of it
     */
    public SecretName {
        if (value.length() > LONGEST || !GRAMMAR.matcher(value).matches()) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A secret is named by segments joined by `/`, at most " + LONGEST
                            + " characters, each a-z or 0-9 first and"
                            + " then also `.`, `_` and `-`, for example app/prod/stripe-key; this name is not.");
        }
    }

    /** Whether it is below a namespace. */
    public boolean in(SecretName namespace) {
        return value.startsWith(namespace.value + "/");
    }

    /** What the value of a version is bound to. */
    public RowId rowId(long version) {
        return RowId.of(RowId.text(value), RowId.integer(version));
    }

    byte[] bytes() {
        return value.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int compareTo(SecretName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
