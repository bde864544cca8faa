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

    private StrictText() {}

    /**
     * The UTF-8 bytes of a text.
     *
     * @param what names the text in the failure, for example {@code tenant}; the text itself is never quoted
     * @throws MalformedException kind TEXT, for an unpaired surrogate
     */
    public static byte[] encode(String what, String text) {
        byte[] latin = asciiOrEmpty(text);
        if (latin.length == text.length()) {
            return latin;
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

    /**
     * The text of UTF-8 bytes.
     *
     * @throws MalformedException kind TEXT, for bytes that are no UTF-8
     */
    public static String decode(String what, byte[] bytes, int offset, int length) {
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

    /** Most identifiers and values are ASCII: one pass, no encoder object. */
    private static byte[] asciiOrEmpty(String text) {
        byte[] out = new byte[text.length()];
        for (int i = 0; i < out.length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return new byte[0];
            }
            out[i] = (byte) c;
        }
        return out;
    }
}
