package dev.tegula.envelope;

import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ShellWord;
import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The tenant part of a scope: none, or a name of 1 to 200 bytes of UTF-8. Its item is {@code 0x00}, or {@code 0x01} and
 * the name, so that "no tenant" is never the same as a tenant with an odd name, and no column has to hold NULL.
 */
public final class TenantId implements Comparable<TenantId> {

    /** The longest name, in bytes of UTF-8. */
    public static final int MAX_BYTES = 200;

    /** Letters, marks and symbols that show nothing, though their category says otherwise: joiners, fillers, selectors. */
    private static final Pattern WITHOUT_GLYPH = Pattern.compile(
            "[\\x{34f}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}\\x{2800}\\x{3164}\\x{fe00}-\\x{fe0f}\\x{ffa0}\\x{e0100}-\\x{e01ef}]");

    private static final TenantId NONE = new TenantId("", new byte[] {0});

    private final String name;
    private final byte[] item;

    private TenantId(String name, byte[] item) {
        this.name = name;
        this.item = item;
    }

    /** No tenant: the field has one key for all. */
    public static TenantId none() {
        return NONE;
    }

    /** Whether it is no tenant. */
    public boolean isNone() {
        return name.isEmpty();
    }

    /**
     * A named tenant.
     *
     * @throws MalformedException for an empty or too long name, or an unpaired surrogate
     */
    public static TenantId of(String name) {
        byte[] utf8 = StrictText.encode("tenant", name);
        if (utf8.length == 0 || utf8.length > MAX_BYTES) {
            throw new MalformedException(
                    MalformedException.Kind.INPUT,
                    "A tenant has 1 to " + MAX_BYTES + " bytes of UTF-8, not " + utf8.length + ".");
        }
        byte[] item = new byte[utf8.length + 1];
        item[0] = 1;
        System.arraycopy(utf8, 0, item, 1, utf8.length);
        return new TenantId(name, item);
    }

    /**
     * Reads a stored item.
     *
     * @throws MalformedException if the bytes are no tenant item
     */
    public static TenantId ofItem(byte[] item) {
        if (item.length == 1 && item[0] == 0) {
            return NONE;
        }
        if (item.length > 1 && item[0] == 1) {
            return of(StrictText.decode("tenant", item, 1, item.length - 1));
        }
        throw new MalformedException(
                MalformedException.Kind.INPUT,
                "A stored tenant starts with 00 (none) or 01 and a name; this does not.");
    }

    /**
     * Why no key is made for this name; empty if it may have one. Names that look alike, or like nothing, would have keys of their
     * own: blank ones, those with space around them, with characters that cannot be seen, or in another form than NFC of Unicode.
     * Where such a tenant has a key its values are written and read as any other's.
     */
    public Optional<String> oddity() {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        if (name.isBlank() || name.codePoints().allMatch(TenantId::space)) {
            return Optional.of("it is blank");
        }
        if (space(name.codePointAt(0)) || space(name.codePointBefore(name.length()))) {
            return Optional.of("it begins or ends with a space");
        }
        if (!name.codePoints().allMatch(TenantId::visible)) {
            return Optional.of("it holds a character that cannot be seen");
        }
        return Normalizer.isNormalized(name, Normalizer.Form.NFC)
                ? Optional.empty()
                : Optional.of("it is not in Unicode's form NFC");
    }

    private static boolean space(int character) {
        return Character.isSpaceChar(character) || Character.isWhitespace(character);
    }

    private static boolean visible(int character) {
        if (WITHOUT_GLYPH.matcher(Character.toString(character)).matches()) {
            return false;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> character == ' ';
            default -> true;
        };
    }

    /**
     * The name as messages show it: as it is if it is one word of letters, digits and {@code . _ - @ : / + = , %}, else in double quotes,
     * with Java's Unicode escapes for everything but letters, digits, spaces and ASCII.
     */
    public String shown() {
        if (plainWord()) {
            return name;
        }
        StringBuilder out = new StringBuilder("\"");
        name.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else if (plainLetter(c) || (c >= ' ' && c < 0x7f)) {
                out.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    out.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return out.append('"').toString();
    }

    private static boolean plainLetter(int character) {
        return Character.isLetterOrDigit(character) && visible(character);
    }

    /** The name as an argument in a command that a message proposes; only for a name without an oddity. */
    public String argument() {
        return ShellWord.of(name);
    }

    private boolean plainWord() {
        return name.codePoints().allMatch(c -> plainLetter(c) || "._-@:/+=,%".indexOf(c) >= 0);
    }

    /** The bytes used in derivations and in the registry. */
    public byte[] item() {
        return item.clone();
    }

    /** The name, or empty for no tenant. */
    public Optional<String> name() {
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    @Override
    public int compareTo(TenantId other) {
        return name.compareTo(other.name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TenantId that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name.isEmpty() ? "(no tenant)" : "tenant " + shown();
    }
}
