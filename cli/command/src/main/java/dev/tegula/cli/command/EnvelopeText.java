package dev.tegula.cli.command;

import dev.tegula.cli.output.UsageException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The spellings of an envelope that people paste. */
final class EnvelopeText {

    private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2})+");
    private static final String TEXT_FORM = "tg1.";

    private EnvelopeText() {}

    /**
     * The bytes of a pasted envelope.
     *
     * @throws UsageException if it is none of the spellings; the text is not quoted
     */
    static byte[] bytes(String text) {
        try {
            if (text.startsWith(TEXT_FORM)) {
                return canonical(text.substring(TEXT_FORM.length()));
            }
            String plain = text.replaceFirst("^(\\\\x|0x)", "").replaceAll("\\s", "");
            if (HEX.matcher(plain).matches()) {
                return HexFormat.of().parseHex(plain);
            }
            return plain.indexOf('-') >= 0 || plain.indexOf('_') >= 0
                    ? Base64.getUrlDecoder().decode(plain)
                    : Base64.getDecoder().decode(plain);
        } catch (IllegalArgumentException e) {
            throw new UsageException("These " + text.length()
                    + " characters are not an envelope in hexadecimal, base64 or the tg1. text form.");
        }
    }

    /** Base64 has several spellings of the same bytes; the text form has one. */
    private static byte[] canonical(String encoded) {
        byte[] bytes = Base64.getUrlDecoder().decode(encoded);
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(encoded)) {
            throw new IllegalArgumentException("not canonical");
        }
        return bytes;
    }
}
