package dev.tegula.blindindex;

import dev.tegula.envelope.StrictText;
import dev.tegula.failure.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * The code points that Unicode 13.0 has assigned, private use with them and surrogates without. JDK 17 has that version, later
 * ones have later versions; for these code points all of them agree (form NFC and simple lower case never change once
 * assigned). A set of our own, because {@link Character#isDefined} answers by the JDK.
 */
final class Unicode13 {

    /** Pairs in base 36: how many code points are left out, how many follow that are in the set. */
    private static final String RESOURCE = "unicode-13.txt";

    private static final BitSet ASSIGNED = assigned();

    private Unicode13() {}

    /**
     * The text itself.
     *
     * @throws MalformedException kind TEXT, for an unpaired surrogate or a code point outside of the set
     */
    static String require(String text) {
        StrictText.encode("value", text);
        text.codePoints().filter(c -> !contains(c)).findFirst().ifPresent(c -> {
            throw new MalformedException(
                    MalformedException.Kind.TEXT,
                    "The value holds a character that Unicode 13.0 has not assigned. Versions of Java map it differently, so"
                            + " it would not be found again; nothing was computed. Leave such characters out, or index the"
                            + " value with Exact.");
        });
        return text;
    }

    static boolean contains(int codePoint) {
        return ASSIGNED.get(codePoint);
    }

    private static BitSet assigned() {
        BitSet set = new BitSet(Character.MAX_CODE_POINT);
        int next = 0;
        String[] numbers = ranges().split("\\s+", -1);
        for (int i = 0; i < numbers.length; i += 2) {
            int from = next + Integer.parseInt(numbers[i], Character.MAX_RADIX);
            next = from + Integer.parseInt(numbers[i + 1], Character.MAX_RADIX);
            set.set(from, next);
        }
        return set;
    }

    private static String ranges() {
        try (InputStream resource = Unicode13.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("tegula-core was packed without " + RESOURCE);
            }
            return new String(resource.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + RESOURCE + " of tegula-core", e);
        }
    }
}
