package dev.tegula.catalogue;

import dev.tegula.envelope.StrictText;
import dev.tegula.failure.MalformedException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;

/** The limits of text in the catalogue. */
final class CatalogueText {

    private static final Pattern ID = Pattern.compile("[a-z0-9_.]{1,100}");
    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_ORIGIN_BYTES = 1_000;

    /** UTF-8, byte by byte. */
    static final Comparator<String> BY_BYTES = (one, other) ->
            Arrays.compareUnsigned(StrictText.encode("column", one), StrictText.encode("column", other));

    private CatalogueText() {}

    /** Refuses what is outside of the grammar of field ids, which is that of other permanent names too. */
    static void requireId(String name) {
        if (!ID.matcher(name).matches()) {
            throw refused(
                    "The name of a blind index or normaliser is 1 to 100 characters of [a-z0-9_.]; this one is not.");
        }
    }

    static void require(String what, String name) {
        int bytes = StrictText.encode(what, name).length;
        if (bytes < 1 || bytes > MAX_NAME_BYTES) {
            throw refused("The name of a " + what + " has 1 to " + MAX_NAME_BYTES + " bytes, not " + bytes + ".");
        }
    }

    static void requireOrigin(String origin) {
        if (StrictText.encode("origin", origin).length > MAX_ORIGIN_BYTES) {
            throw refused("The origin of a column has at most " + MAX_ORIGIN_BYTES + " bytes.");
        }
    }

    static MalformedException refused(String why) {
        return new MalformedException(MalformedException.Kind.INPUT, why);
    }
}
