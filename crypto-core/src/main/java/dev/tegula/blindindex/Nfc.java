package dev.tegula.blindindex;

import static java.text.Normalizer.Form.NFC;

/**
 * Text in Unicode's form NFC: {@code ü} is one character however it was typed. Refuses what Unicode 13 has not assigned,
 * which later versions of Java would map otherwise.
 */
public final class Nfc implements Normalizer<String> {

    /** Stateless. */
    public Nfc() {}

    @Override
    public String id() {
        return "tegula.nfc";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String normalize(String value) {
        return compose(Unicode13.require(value));
    }

    static String compose(String text) {
        return java.text.Normalizer.normalize(text, NFC);
    }
}
