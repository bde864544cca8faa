package dev.tegula.failure;

import java.util.regex.Pattern;

/**
 * A name as one word of a command that a message proposes. Names of tables, columns and tenants are what somebody else chose: pasted as
 * they are, a blank, a quote or a semicolon in one would make another command of it.
 */
public final class ShellWord {

    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{Nd}_./:=@%+,-]+");

    private ShellWord() {}

    /** The word; with anything but letters, digits and a few signs it is quoted, and what cannot be seen is escaped. */
    public static String of(String word) {
        if (PLAIN.matcher(word).matches()) {
            return word;
        }
        return word.codePoints().allMatch(ShellWord::seen)
                ? "'" + word.replace("'", "'\\''") + "'"
                : "$'" + escaped(word) + "'";
    }

    private static boolean seen(int character) {
        return Character.isLetterOrDigit(character) || (character >= ' ' && character < 0x7f);
    }

    /** As bash, zsh and ksh read it. */
    private static String escaped(String word) {
        StringBuilder out = new StringBuilder();
        word.codePoints().forEach(c -> {
            if (c == '\'' || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else if (seen(c)) {
                out.appendCodePoint(c);
            } else {
                out.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
            }
        });
        return out.toString();
    }
}
