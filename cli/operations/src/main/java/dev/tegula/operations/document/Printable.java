package dev.tegula.operations.document;

/**
 * Text as a terminal may be given it. Names of tables, columns and instances, tenants, messages of servers, files and the
 * environment are what somebody else chose: an escape sequence, a line break, a mark that turns the reading direction or
 * a character without a glyph in them would let that somebody write on the operator's screen.
 */
public final class Printable {

    private Printable() {}

    /** The text on one line: whatever is no glyph and no space is escaped as Java does, for example {@code \n}, {@code \u001b}. */
    public static String of(String text) {
        return escaped(text, false);
    }

    /** The same over several lines: line feeds stay. */
    public static String lines(String text) {
        return escaped(text, true);
    }

    /** A JSON document, in which the same characters are escaped as JSON does; they can stand only inside of strings. */
    public static String json(String document) {
        StringBuilder out = new StringBuilder(document.length());
        for (int i = 0; i < document.length(); i += Character.charCount(document.codePointAt(i))) {
            int character = document.codePointAt(i);
            if (shown(character)) {
                out.appendCodePoint(character);
            } else {
                for (char unit : Character.toChars(character)) {
                    out.append(String.format("\\u%04x", (int) unit));
                }
            }
        }
        return out.toString();
    }

    private static String escaped(String text, boolean lineFeeds) {
        if (text.codePoints().allMatch(character -> shown(character) || (lineFeeds && character == '\n'))) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(character -> {
            if (shown(character) || (lineFeeds && character == '\n')) {
                out.appendCodePoint(character);
            } else {
                out.append(escape(character));
            }
        });
        return out.toString();
    }

    /** Of Unicode's general categories those that have a glyph, and the plain spaces. */
    private static boolean shown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String escape(int character) {
        return switch (character) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(character < 0x10000 ? "\\u%04x" : "\\u{%x}", character);
        };
    }
}
