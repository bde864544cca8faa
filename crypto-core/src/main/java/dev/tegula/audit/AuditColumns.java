package dev.tegula.audit;

import dev.tegula.envelope.StrictText;
import dev.tegula.failure.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Grammar and encoding of the columns of an entry. */
final class AuditColumns {

    /** Bytes of the name of a person, a login or a machine. */
    static final int LONGEST_NAME = 200;

    static final int LONGEST_SUBJECT = 1_000;
    static final int LONGEST_DETAIL = 4_000;
    static final int MAC_BYTES = 32;

    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,99}");

    private AuditColumns() {}

    static byte[] word(String what, String text) {
        if (!WORD.matcher(text).matches()) {
            throw refused("The " + what
                    + " of an entry has 1 to 100 of a-z, 0-9, `.`, `_` and `-`, a letter or digit first.");
        }
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] text(String what, String text, int least, int most) {
        byte[] utf8 = StrictText.encode(what, text);
        if (utf8.length < least || utf8.length > most) {
            throw refused(
                    "The " + what + " of an entry has " + least + " to " + most + " bytes, not " + utf8.length + ".");
        }
        if (text.indexOf('\0') >= 0) {
            throw refused("The " + what + " of an entry holds a NUL, which no database stores in text.");
        }
        return utf8;
    }

    static void requirePlace(long chain, long seq) {
        if (chain < AuditHead.COMMANDS || chain > AuditHead.LAST || seq < 1) {
            throw refused("An entry stands in one of the chains " + AuditHead.COMMANDS + " to " + AuditHead.LAST
                    + ", at 1 or later.");
        }
    }

    /** The bytes of 64 lower-case hexadecimal digits. */
    static byte[] mac(String what, String hex) {
        if (hex.length() != 2 * MAC_BYTES
                || !hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            throw refused("The " + what + " of an entry has 64 lower-case hexadecimal digits.");
        }
        return HexFormat.of().parseHex(hex);
    }

    static MalformedException refused(String message) {
        return new MalformedException(MalformedException.Kind.INPUT, message);
    }
}
