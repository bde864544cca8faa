package dev.tegula.cli.output;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The words of a command as a shell takes them, on one line. */
public final class ShellLine {

    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{Nd}_./:=@%+,-]+");

    private ShellLine() {}

    /** One line; words with anything but letters, digits and a few signs are quoted, what cannot be seen is escaped. */
    public static String of(List<String> words) {
        return words.stream().map(ShellLine::word).collect(Collectors.joining(" "));
    }

    private static String word(String word) {
        if (PLAIN.matcher(word).matches()) {
            return word;
        }
        return word.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || (c >= ' ' && c < 0x7f))
                ? "'" + word.replace("'", "'\\''") + "'"
                : "$'" + escaped(word) + "'";
    }

    /** As bash, zsh and ksh read it. */
    private static String escaped(String word) {
        StringBuilder out = new StringBuilder();
        word.codePoints().forEach(c -> {
            if (c == '\'' || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else if (Character.isLetterOrDigit(c) || (c >= ' ' && c < 0x7f)) {
                out.appendCodePoint(c);
            } else {
                out.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
            }
        });
        return out.toString();
    }
}
