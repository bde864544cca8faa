package dev.tegula.blindindex;

/**
 * Text in form NFC and lower case, one code point after the other, so that neither a locale nor a neighbour decides; a
 * final sigma is a sigma, and {@code ß} is not {@code ss}. Refuses what Unicode 13 has not assigned, as {@link Nfc}.
 */
public final class IgnoreCase implements Normalizer<String> {

    private static final int FINAL_SIGMA = 0x3c2;
    private static final int SIGMA = 0x3c3;

    /** Stateless. */
    public IgnoreCase() {}

    @Override
    public String id() {
        return "tegula.ignore_case";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String normalize(String value) {
        StringBuilder lower = new StringBuilder(value.length());
        Nfc.compose(Unicode13.require(value)).codePoints().forEach(c -> lower.appendCodePoint(lower(c)));
        return Nfc.compose(lower.toString());
    }

    private static int lower(int codePoint) {
        int lower = Character.toLowerCase(codePoint);
        return lower == FINAL_SIGMA ? SIGMA : lower;
    }
}
