package dev.tegula.envelope;

import dev.tegula.failure.MalformedException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 that refuses instead of replacing. {@code String.getBytes} turns an unpaired surrogate into {@code ?}, so that
 * two different tenants would share one context; here it is an error.
 */
public final class StrictText {

    /** What the JDK puts in the place of what is no UTF-8. */
    private static final char REPLACEMENT = '\ufffd';

    private StrictText() {}

    /**
     * The UTF-8 bytes of a text.
     *
     * @param what names the text in the failure, for example {@code tenant}; the text itself is never quoted
     * @throws MalformedException kind TEXT, for an unpaired surrogate
     */
    public static byte[] encode(String what, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        // What comes back unchanged holds no unpaired surrogate; the copy costs less than a look at each character.
        if (new String(utf8, StandardCharsets.UTF_8).equals(text)) {
            return utf8;
        }
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(text));
            byte[] out = new byte[bytes.remaining()];
            bytes.get(out);
            return out;
        } catch (CharacterCodingException e) {
            throw new MalformedException(
                    MalformedException.Kind.TEXT,
                    "The " + what + " holds an unpaired surrogate; Unicode text was expected.");
        }
    }

    /** A text from outside as it fits: what is no Unicode replaced, NUL left out, and cut to so many bytes between two characters. */
    public static String fitted(String text, int mostBytes) {
        String clean = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).replace("\0", "");
        byte[] utf8 = clean.getBytes(StandardCharsets.UTF_8);
        if (utf8.length <= mostBytes) {
            return clean;
        }
        int end = mostBytes;
        while ((utf8[end] & 0xC0) == 0x80) { // which the first byte of a character is not
            end--;
        }
        return new String(utf8, 0, end, StandardCharsets.UTF_8);
    }

    /**
     * The text of UTF-8 bytes.
     *
     * @throws MalformedException kind TEXT, for bytes that are no UTF-8
     */
    public static String decode(String what, byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException(
                    MalformedException.Kind.TEXT, "The " + what + " (" + length + " bytes) is not valid UTF-8.");
        }
    }
}
