package dev.tegula.blindindex;

/**
 * The decimal digits of a text, of whichever script, as 0 to 9; everything else is left out: {@code 123-45-6789} is
 * {@code 123456789}. Refuses what Unicode 13 has not assigned, as {@link Nfc}.
 */
public final class DigitsOnly implements Normalizer<String> {

    /** Stateless. */
    public DigitsOnly() {}

    @Override
    public String id() {
        return "tegula.digits_only";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String normalize(String value) {
        StringBuilder digits = new StringBuilder();
        Unicode13.require(value)
                .codePoints()
                .filter(c -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER)
                .forEach(c -> digits.append(Character.digit(c, 10)));
        return digits.toString();
    }
}
